<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Plugin;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/** What is done to connect a shop, step by step, and how it is undone. {@see AttemptRunner} says when. */
final class AttemptSteps {

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/**
	 * Does one step.
	 *
	 * @return string|Problem What was done, in a few words.
	 */
	public function perform( string $step, Attempt $attempt ) {
		switch ( $step ) {
			case Attempt::CHECKS:
				return $this->check( $attempt );
			case Attempt::ACCESS:
				return $this->giveAccess( $attempt );
			case Attempt::NOTIFICATIONS:
				return $this->prepareNotifications( $attempt );
			case Attempt::REACH:
				return $this->reach( $attempt );
			default:
				return $this->startCatalogue();
		}
	}

	/** Undoes what an attempt made; what became the connection stays. */
	public function undo( Attempt $attempt ): void {
		$connection = $this->plugin->connections()->current();
		if ( null !== $connection && $connection->keyHash === $attempt->keyHash ) {
			return;
		}
		$this->plugin->apiKeys()->revoke( $attempt->keyHash );
		$this->plugin->webhooks()->remove( null === $connection ? array() : $connection->webhookIds );
		if ( $attempt->madeTables && null === $connection ) {
			$this->plugin->changeLog()->dropTables();
		}
		$attempt->keyId       = 0;
		$attempt->keyHash     = '';
		$attempt->consumerKey = '';
		$attempt->webhookIds  = array();
	}

	/** @return string|Problem */
	private function check( Attempt $attempt ) {
		$problem = $this->plugin->requirements()->problem();
		if ( null !== $problem ) {
			return $problem;
		}
		$attempt->madeTables = ! $this->plugin->changeLog()->ready();
		$attempt->save();
		$problem = $this->plugin->changeLog()->installTables();
		if ( null !== $problem ) {
			return $problem;
		}
		$restApi = $this->plugin->checks()->restApi( $this->plugin->checks()->selfTest() );
		if ( Check::PROBLEM === $restApi->status ) {
			return $restApi->problem();
		}
		$isHttps = 0 === stripos( $this->plugin->siteIdentity()->homes()['current'], 'https:' );
		return implode(
			', ',
			array(
				'WooCommerce ' . WC_VERSION,
				'' === get_option( 'permalink_structure' ) ? __( 'plain permalinks', 'dstnc-for-woocommerce' ) : __( 'permalinks', 'dstnc-for-woocommerce' ),
				$isHttps ? 'HTTPS' : __( 'no HTTPS', 'dstnc-for-woocommerce' ),
				'REST API',
			)
		);
	}

	/** @return string|Problem */
	private function giveAccess( Attempt $attempt ) {
		$user = get_userdata( $attempt->userId );
		if ( false === $user || ! $this->plugin->apiKeys()->isEligible( $attempt->userId ) ) {
			return Problems::userNotAble();
		}
		$key            = $this->plugin->apiKeys()->createForDstnc( $attempt->userId, $attempt->consumerKey );
		$attempt->keyId = $key['keyId'];
		if ( 0 === $attempt->keyId ) {
			return Problems::databaseRefused();
		}
		/* translators: %s: name of a user. */
		return sprintf( __( 'read and write, as %s', 'dstnc-for-woocommerce' ), $user->display_name );
	}

	private function prepareNotifications( Attempt $attempt ): string {
		// DSTNC names the true address when it agrees; until then they are paused and go nowhere.
		$attempt->webhookIds = $this->plugin->webhooks()->create( $attempt->receiverUrl, $attempt->webhookSecret, $attempt->userId, 'paused' );
		return implode( ', ', array_map( array( Webhooks::class, 'label' ), Webhooks::TOPICS ) );
	}

	/** @return string|Problem */
	private function reach( Attempt $attempt ) {
		$secret = $this->plugin->apiKeys()->secret( $attempt->keyHash );
		if ( null === $secret ) {
			return Problems::interrupted();
		}
		$answer = $this->plugin->receiver()->connect(
			$attempt->receiverUrl,
			array(
				'contractVersion' => Connection::CONTRACT_VERSION,
				'code'            => $attempt->code,
				'store'           => $this->plugin->siteIdentity()->whereabouts(),
				'credentials'     => array(
					'consumerKey'    => $attempt->consumerKey,
					'consumerSecret' => $secret,
				),
				'webhookSecret'   => $attempt->webhookSecret,
			)
		);
		if ( null !== $answer->problem ) {
			return $answer->problem;
		}
		$body  = Fields::of( $answer->body );
		$token = $body->text( 'storeToken' );
		$store = $body->text( 'storeId' );
		if ( '' === $store || '' === $token || ! self::isAddress( $body->text( 'webhookUrl' ) ) ) {
			return Problems::answerNotUnderstood( "POST $attempt->receiverUrl/v1/connections: $answer->status" );
		}
		if ( $body->number( 'contractVersion' ) < Connection::CONTRACT_VERSION ) {
			$this->plugin->receiver()->takeBack( $attempt->receiverUrl, $store, $token );
			return Problems::contractTooNew( sprintf( 'plugin %d, DSTNC %d', Connection::CONTRACT_VERSION, $body->number( 'contractVersion' ) ) );
		}
		$this->keep( $attempt, $body, $token );
		/* translators: %s: seconds, as in 0.4. */
		return sprintf( __( 'answered in %s s', 'dstnc-for-woocommerce' ), number_format_i18n( max( 0.1, $answer->durationMs / 1000 ), 1 ) );
	}

	/** DSTNC has agreed: from here on this shop is connected, whatever else happens. */
	private function keep( Attempt $attempt, Fields $answer, string $token ): void {
		$store      = $this->plugin->connections();
		$before     = $store->current();
		$oldToken   = $store->storeToken();
		$connection = Connection::fromArray(
			array(
				'storeId'         => $answer->text( 'storeId' ),
				'vendor'          => $answer->text( 'vendor', $attempt->vendor ),
				'receiverUrl'     => $attempt->receiverUrl,
				'webhookUrl'      => $answer->text( 'webhookUrl' ),
				'contractVersion' => $answer->number( 'contractVersion' ),
				'connectedAt'     => time(),
				'userId'          => $attempt->userId,
				'keyId'           => $attempt->keyId,
				'keyHash'         => $attempt->keyHash,
				'webhookIds'      => $attempt->webhookIds,
			)
		);
		$store->save(
			$connection,
			array(
				'storeToken'    => $token,
				'webhookSecret' => $attempt->webhookSecret,
			)
		);
		if ( null !== $before ) {
			array_map( array( $this->plugin->apiKeys(), 'revoke' ), array_diff( $before->keys(), array( $connection->keyHash ) ) );
		}
		$this->plugin->siteIdentity()->remember();
		// Switches them on at their true address, and does away with those of an earlier connection.
		$this->plugin->webhooks()->repair();
		if ( null !== $before && null !== $oldToken && ( $before->receiverUrl !== $connection->receiverUrl || $before->storeId !== $connection->storeId ) ) {
			$this->plugin->receiver()->takeBack( $before->receiverUrl, $before->storeId, $oldToken );
		}
		/* translators: %s: DSTNC's name for the vendor. */
		$this->plugin->activity()->note( 'good', sprintf( __( 'Connected to DSTNC as %s.', 'dstnc-for-woocommerce' ), $connection->vendor ) );
		do_action( 'dstnc_connected' );
	}

	/** The import runs at DSTNC, and its progress is shown on the page: here it is only seen to begin. */
	private function startCatalogue(): string {
		$answer = $this->plugin->receiver()->store();
		$total  = Fields::of( $answer->body )->fields( 'import' )->number( 'total' );
		return $total > 0
			/* translators: %s: number of products. */
			? sprintf( _n( '%s product', '%s products', $total, 'dstnc-for-woocommerce' ), number_format_i18n( $total ) )
			: __( 'DSTNC fetches your products now', 'dstnc-for-woocommerce' );
	}

	private static function isAddress( string $url ): bool {
		$scheme = wp_parse_url( $url, PHP_URL_SCHEME );
		return 'https' === $scheme || ( 'http' === $scheme && DevelopmentReceiver::isAllowed() );
	}
}
