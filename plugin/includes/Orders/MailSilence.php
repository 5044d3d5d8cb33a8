<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

use Dstnc\WooCommerce\Module;

defined( 'ABSPATH' ) || exit;

/**
 * The shop sends no mail to who bought at DSTNC: DSTNC does. For good, also when the vendor completes or refunds the order years later,
 * and whoever adds mails to WooCommerce's. The merchant's own mails stay.
 */
final class MailSilence implements Module {

	public function register(): void {
		// When WooCommerce has made all of its mails, those of other plugins included.
		add_action( 'woocommerce_email', array( $this, 'silence' ), PHP_INT_MAX );
		// A mail may change its id when it is sent, as WooCommerce's own of refunds does: nothing goes out under any.
		add_filter( 'woocommerce_mail_callback', array( self::class, 'sender' ), PHP_INT_MAX, 2 );
	}

	/** @param mixed $mailer WooCommerce's. */
	public function silence( $mailer ): void {
		foreach ( $mailer instanceof \WC_Emails ? $mailer->get_emails() : array() as $mail ) {
			// Some are sent without asking whether they are switched on (an invoice, by hand), and none without a recipient.
			if ( $mail instanceof \WC_Email && $mail->is_customer_email() ) {
				add_filter( "woocommerce_email_recipient_$mail->id", array( self::class, 'recipient' ), PHP_INT_MAX, 2 );
			}
		}
	}

	/**
	 * @param mixed $recipient
	 * @param mixed $about What the mail is about.
	 * @return mixed
	 */
	public static function recipient( $recipient, $about = null ) {
		return self::isOurs( $about ) ? '' : $recipient;
	}

	/**
	 * @param mixed $sender What sends a mail.
	 * @param mixed $mail
	 * @return mixed
	 */
	public static function sender( $sender, $mail = null ) {
		return $mail instanceof \WC_Email && $mail->is_customer_email() && self::isOurs( $mail->object ) ? '__return_true' : $sender;
	}

	/** @param mixed $about */
	private static function isOurs( $about ): bool {
		return $about instanceof \WC_Order && '' !== OrderMeta::reference( $about );
	}
}
