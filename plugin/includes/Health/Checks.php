<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

use Dstnc\WooCommerce\Connection\Connection;
use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * The troubleshooter: everything that is known to come between a shop and DSTNC, looked at one by one.
 *
 * @phpstan-import-type Action from Check
 */
final class Checks {

	/** Changes that wait longer than this didn't just miss a moment. */
	private const WAITING_SECONDS = 15 * MINUTE_IN_SECONDS;

	/** Background tasks of WordPress that are later than this are stuck: they need a visitor or a cron job of the server. */
	private const LATE_SECONDS = 30 * MINUTE_IN_SECONDS;

	/** Checks from outside, and those from inside that may have said the same already. */
	private const TWINS = array(
		'outside_https'                => array( 'https' ),
		'outside_rest_api'             => array( 'rest_api' ),
		'outside_authorization_header' => array( 'authorization' ),
		'outside_key'                  => array( 'key', 'user' ),
		'outside_permissions'          => array( 'key', 'user' ),
		'outside_notifications'        => array( 'notifications' ),
		'outside_clone'                => array( 'clone' ),
	);

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/**
	 * @param bool $outsideIn Also asks over the network: the shop itself, and DSTNC, which looks at the shop from outside. Takes seconds.
	 * @return list<Check> What matters most first.
	 */
	public function run( bool $outsideIn ): array {
		$selfTest = $outsideIn ? $this->selfTest() : null;
		$access   = $this->access();
		$outside  = array();
		$way      = array();
		if ( null !== $selfTest ) {
			$outside     = $this->fromOutside();
			$isExplained = self::isReadable( $outside ) || self::isAny( $access, array( 'user', 'key' ), Check::PROBLEM );
			$way         = array( $this->restApi( $selfTest ), $this->authorization( $selfTest ), $this->receiver( $isExplained ) );
		}
		$delivery = $this->delivery();
		if ( self::isAny( $access, array( 'user' ), Check::PROBLEM ) ) {
			// They are sent in the user's name, and are put right when there is another.
			$delivery = array_filter( $delivery, static fn( Check $check ) => 'notifications' !== $check->id );
		}
		$rest      = array_merge( $delivery, $this->surroundings( $selfTest ) );
		$own       = array_filter( array_merge( $access, $way, $rest ) );
		$checks    = array_merge( $access, $way, self::withoutTwins( $outside, $own ), $rest );
		$isTrouble = null !== $this->plugin->incidents()->current();
		foreach ( $checks as $check ) {
			$isTrouble = $isTrouble || ( null !== $check && Check::PROBLEM === $check->status );
		}
		$checks[] = $this->changes( $isTrouble );
		return array_values( array_filter( $checks ) );
	}

	/**
	 * What DSTNC saw from outside, without what this shop has said by itself.
	 *
	 * @param list<Check>         $outside
	 * @param array<int, Check>   $own
	 * @return list<Check>
	 */
	private static function withoutTwins( array $outside, array $own ): array {
		$isNew = static function ( Check $seen ) use ( $own ): bool {
			foreach ( $own as $check ) {
				$isTwin = in_array( $check->id, self::TWINS[ $seen->id ] ?? array(), true );
				if ( $isTwin && Check::UNKNOWN !== $check->status && Check::UNKNOWN !== $seen->status && ( Check::OK === $check->status ) === ( Check::OK === $seen->status ) ) {
					return false;
				}
			}
			return true;
		};
		return array_values( array_filter( $outside, $isNew ) );
	}

	/**
	 * Whether DSTNC got in just now.
	 *
	 * @param list<Check> $outside
	 */
	private static function isReadable( array $outside ): bool {
		return self::isAny( $outside, array( 'outside_rest_api' ), Check::OK ) && self::isAny( $outside, array( 'outside_key' ), Check::OK );
	}

	/**
	 * @param list<Check>  $checks
	 * @param list<string> $ids
	 */
	private static function isAny( array $checks, array $ids, string $status ): bool {
		foreach ( $checks as $check ) {
			if ( $check->status === $status && in_array( $check->id, $ids, true ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether the shop lets DSTNC in, as far as it knows by itself.
	 *
	 * @return list<Check> Empty where nobody is connected.
	 */
	public function access(): array {
		$connection = $this->plugin->connections()->current();
		if ( null === $connection ) {
			return array();
		}
		$checks = array( $this->copy(), $this->changeLog(), $this->user( $connection ) );
		// Without its user a key is worth nothing: one cause, and one thing to do.
		return Check::PROBLEM === $checks[2]->status ? $checks : array_merge( $checks, array( $this->key( $connection ) ) );
	}

	/**
	 * Whether the shop's news get to DSTNC, as far as it knows by itself.
	 *
	 * @return list<Check> Empty where nobody is connected.
	 */
	public function delivery(): array {
		if ( null === $this->plugin->connections()->current() ) {
			return array();
		}
		// A copy of the shop tells nobody anything, and that is as it should be.
		return $this->plugin->siteIdentity()->isClone() ? array( $this->notifications() ) : array( $this->notifications(), $this->waiting() );
	}

	public function selfTest(): SelfTestResult {
		$connection = $this->plugin->connections()->current();
		return ( new SelfTest() )->run( null === $connection ? get_current_user_id() : $connection->userId );
	}

	/**
	 * Whether DSTNC answers this shop, and what it has to say about it; null where nobody is connected.
	 *
	 * @param bool $isReadable It doesn't count that DSTNC couldn't read the shop when it tried last: it could a moment ago, or the cause is known.
	 */
	public function receiver( bool $isReadable = false ): ?Check {
		if ( null === $this->plugin->connections()->current() || $this->plugin->siteIdentity()->isClone() ) {
			return null;
		}
		$why     = __( 'Your shop tells DSTNC what changes, and asks it what has arrived.', 'dstnc-for-woocommerce' );
		$answer  = $this->plugin->receiver()->store();
		$problem = $answer->problem;
		if ( null !== $problem ) {
			$isLost = in_array( $problem->code, array( 'connection_unknown', 'secrets_unreadable' ), true );
			return new Check( 'receiver', Check::PROBLEM, $problem->title, $problem->detail, $why, $problem->advice, self::remedy( $isLost ? 'reconnect' : 'check' ), $problem->technical );
		}
		foreach ( Fields::of( $answer->body )->each( 'flags' ) as $flag ) {
			if ( ! $isReadable && 'unreadable' === $flag->text( 'kind' ) ) {
				return $this->unreachable( 'receiver', $flag->text( 'detail' ) );
			}
		}
		return new Check(
			'receiver',
			Check::OK,
			__( 'DSTNC answers this shop', 'dstnc-for-woocommerce' ),
			/* translators: %s: a number of seconds, as in 0.4. */
			sprintf( __( 'It took %s s.', 'dstnc-for-woocommerce' ), number_format_i18n( $answer->durationMs / 1000, 1 ) ),
			$why
		);
	}

	/** Whether the REST API answers DSTNC, as far as it can be told from inside. */
	public function restApi( SelfTestResult $result ): Check {
		$id        = 'rest_api';
		$why       = __( 'DSTNC reads your products and places its orders through the REST API of your shop.', 'dstnc-for-woocommerce' );
		$technical = trim( "$result->outcome $result->status $result->evidence" );
		switch ( $result->outcome ) {
			case SelfTestResult::ANSWERED:
				return new Check(
					$id,
					Check::OK,
					__( 'The REST API answers', 'dstnc-for-woocommerce' ),
					/* translators: %s: a number of seconds, as in 0.4. */
					sprintf( __( 'Your shop asked itself what DSTNC asks it, and had the answer after %s s.', 'dstnc-for-woocommerce' ), number_format_i18n( $result->durationMs / 1000, 1 ) ),
					$why,
					'',
					null,
					$technical
				);
			case SelfTestResult::SILENT:
				return new Check(
					$id,
					Check::UNKNOWN,
					__( 'This shop can’t call itself', 'dstnc-for-woocommerce' ),
					__( 'Many hosts don’t allow that. It proves nothing about calls from DSTNC.', 'dstnc-for-woocommerce' ),
					$why,
					'',
					null,
					$technical
				);
			case SelfTestResult::MISSING:
				return new Check(
					$id,
					Check::PROBLEM,
					__( 'The addresses that DSTNC calls are not there', 'dstnc-for-woocommerce' ),
					__( 'The REST API answers, but without the part for DSTNC. A plugin or a snippet of code removes addresses from it, or the shop sends visitors to another site.', 'dstnc-for-woocommerce' ),
					$why,
					__( 'Look for a setting that restricts the REST API, and let “wc-dstnc” through.', 'dstnc-for-woocommerce' ),
					self::remedy( 'check' ),
					$technical
				);
			case SelfTestResult::FAILED:
				$changes = $this->recentChanges();
				return new Check(
					$id,
					Check::PROBLEM,
					__( 'Your shop breaks down when DSTNC asks it something', 'dstnc-for-woocommerce' ),
					trim( __( 'There is a program error in the shop, in a plugin or in the theme.', 'dstnc-for-woocommerce' ) . ' ' . ( array() === $changes ? '' : $this->changesDetail( $changes ) ) ),
					$why,
					array() === $changes
						? __( 'Look for “Fatal error” in the logs, which name the plugin, and update it or switch it off.', 'dstnc-for-woocommerce' )
						: __( 'Undo the last change to see whether it is the one: switch that plugin off for a moment and check again.', 'dstnc-for-woocommerce' ),
					self::page( __( 'Show the logs', 'dstnc-for-woocommerce' ), 'admin.php?page=wc-status&tab=logs' ),
					$technical
				);
			case SelfTestResult::REDIRECTED:
				return new Check(
					$id,
					Check::PROBLEM,
					__( 'DSTNC is sent to another address', 'dstnc-for-woocommerce' ),
					/* translators: %s: address of a page. */
					sprintf( __( 'Instead of an answer from the REST API there is a redirection to %s. DSTNC does not follow it, as it would have to show its key there.', 'dstnc-for-woocommerce' ), $result->evidence ),
					$why,
					__( 'If that is the right address of your shop (with or without www, or with https), set it as both addresses in the general settings. If not, look for a plugin that redirects, such as one for maintenance or membership.', 'dstnc-for-woocommerce' ),
					self::page( __( 'General settings', 'dstnc-for-woocommerce' ), 'options-general.php' ),
					$technical
				);
		}
		return $this->unreachable( $id, '', $result );
	}

	/**
	 * DSTNC can't get in: who stands in the way, as far as it can be found out.
	 *
	 * @param string $seen What DSTNC saw, in its own words.
	 */
	private function unreachable( string $id, string $seen, ?SelfTestResult $result = null ): Check {
		$why       = __( 'DSTNC reads your products and places its orders through the REST API of your shop.', 'dstnc-for-woocommerce' );
		$title     = __( 'DSTNC can’t reach this shop', 'dstnc-for-woocommerce' );
		$blockers  = new Blockers();
		$settings  = $blockers->settings();
		$suspects  = $blockers->suspects();
		$changes   = $this->recentChanges();
		$technical = trim( $seen . ( null === $result ? '' : " $result->outcome $result->status $result->evidence" ) );
		$detail    = array();
		if ( null !== $result && 'password' === $result->by ) {
			return new Check(
				$id,
				Check::PROBLEM,
				$title,
				__( 'Your server asks everybody for a name and a password before WordPress is even started, as is usual for a shop that isn’t open yet.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Switch the password protection of your website off at your host, at least for “/wp-json/”.', 'dstnc-for-woocommerce' ),
				self::remedy( 'check' ),
				$technical
			);
		}
		if ( $this->plugin->siteIdentity()->restMoved() ) {
			return new Check(
				$id,
				Check::PROBLEM,
				$title,
				__( 'The permalinks or the address of your shop were changed, and DSTNC still calls the old one.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Tell DSTNC the new address. Nothing else has to be set up again.', 'dstnc-for-woocommerce' ),
				self::remedy( 'repair', __( 'Tell DSTNC the new address', 'dstnc-for-woocommerce' ) ),
				trim( "$technical " . rest_url() )
			);
		}
		$action = self::remedy( 'check' );
		if ( array() !== $settings ) {
			$detail[] = $this->settingsDetail( $settings, true );
			$advice   = $this->settingsAdvice( $settings );
			$action   = self::link( __( 'Show me where to switch it off', 'dstnc-for-woocommerce' ), $settings[0]['url'] );
		} elseif ( null !== $result && '' !== $result->by ) {
			/* translators: %s: name of a security plugin or service. */
			$detail[] = sprintf( __( 'It looks as if %s keeps its requests out.', 'dstnc-for-woocommerce' ), $result->by );
			/* translators: %s: name of a security plugin or service. */
			$advice = sprintf( __( 'In the settings of %s, let requests to “/wp-json/wc-dstnc/” and “/wp-json/wc/” through.', 'dstnc-for-woocommerce' ), $result->by );
			foreach ( $suspects as $suspect ) {
				if ( false !== stripos( $suspect['plugin'], $result->by ) ) {
					$action = self::link( __( 'Open its settings', 'dstnc-for-woocommerce' ), $suspect['url'] );
				}
			}
		} elseif ( array() !== $suspects ) {
			$names = implode( ', ', array_column( $suspects, 'plugin' ) );
			/* translators: %s: names of plugins. */
			$detail[] = sprintf( __( 'Something keeps its requests out. In your shop this decides about them: %s.', 'dstnc-for-woocommerce' ), $names );
			if ( 1 === count( $suspects ) ) {
				$detail[] = $this->switchedOn( $suspects[0]['id'] );
			}
			/* translators: %s: names of plugins. */
			$advice = sprintf( __( 'In the settings of %s, let requests to “/wp-json/wc-dstnc/” and “/wp-json/wc/” through, or switch the plugin off to see whether it is the one.', 'dstnc-for-woocommerce' ), $names );
			$action = self::link( __( 'Open its settings', 'dstnc-for-woocommerce' ), $suspects[0]['url'] );
		} elseif ( array() !== $changes ) {
			$detail[] = __( 'Something keeps its requests out.', 'dstnc-for-woocommerce' );
			$advice   = __( 'Undo the last change to see whether it is the one: switch that plugin off for a moment and check again.', 'dstnc-for-woocommerce' );
			$action   = self::page( __( 'Show plugins', 'dstnc-for-woocommerce' ), 'plugins.php' );
		} else {
			$detail[] = __( 'Something keeps its requests out: a firewall at your host, or a security plugin.', 'dstnc-for-woocommerce' );
			$advice   = __( 'Ask your host to let requests to “/wp-json/” through, and tell them when it began.', 'dstnc-for-woocommerce' );
		}
		if ( array() !== $changes ) {
			$detail[] = $this->changesDetail( $changes );
		}
		return new Check( $id, Check::PROBLEM, $title, implode( ' ', array_filter( $detail ) ), $why, $advice, $action, $technical );
	}

	/** Whether DSTNC's login arrives. Null where it isn't needed, or can't be told. */
	private function authorization( SelfTestResult $result ): ?Check {
		if ( null === $result->authorization ) {
			return null;
		}
		$isHttps = 'https' === wp_parse_url( self::option( 'home' ), PHP_URL_SCHEME );
		$why     = __( 'DSTNC logs in with each request. Some servers remove the login before WordPress sees it.', 'dstnc-for-woocommerce' );
		if ( $result->authorization || ! $isHttps ) {
			return new Check(
				'authorization',
				Check::OK,
				__( 'DSTNC’s login arrives', 'dstnc-for-woocommerce' ),
				$isHttps ? '' : __( 'Over http, DSTNC signs its requests instead.', 'dstnc-for-woocommerce' ),
				$why,
				'',
				null,
				$result->authorization ? '' : 'Authorization: removed'
			);
		}
		return new Check(
			'authorization',
			Check::WARNING,
			__( 'Your server removes DSTNC’s login', 'dstnc-for-woocommerce' ),
			__( 'The “Authorization” header of a request does not arrive at WordPress. DSTNC gets in by a detour, which some security plugins don’t like.', 'dstnc-for-woocommerce' ),
			$why,
			__( 'Save the permalink settings once, which renews the rules of your server. If this stays, ask your host to pass the “Authorization” header on to PHP.', 'dstnc-for-woocommerce' ),
			self::page( __( 'Permalink settings', 'dstnc-for-woocommerce' ), 'options-permalink.php' ),
			'Authorization: removed'
		);
	}

	/**
	 * What DSTNC sees when it looks at the shop from outside.
	 *
	 * @return list<Check>
	 */
	private function fromOutside(): array {
		if ( null === $this->plugin->connections()->current() || $this->plugin->siteIdentity()->isClone() ) {
			return array();
		}
		$answer = $this->plugin->receiver()->doctor();
		if ( ! $answer->ok ) {
			return array();
		}
		$checks = array();
		foreach ( Fields::of( $answer->body )->each( 'checks' ) as $check ) {
			$status   = $check->text( 'status' );
			$isFine   = Check::OK === $status;
			$checks[] = new Check(
				'outside_' . sanitize_key( $check->text( 'id' ) ),
				in_array( $status, array( Check::OK, Check::WARNING, Check::PROBLEM ), true ) ? $status : Check::UNKNOWN,
				/* translators: %s: what DSTNC found when it looked at the shop. */
				sprintf( __( 'Seen from DSTNC: %s', 'dstnc-for-woocommerce' ), $check->text( 'title' ) ),
				$check->text( 'detail' ),
				$check->text( 'why' ),
				$check->text( 'advice' ),
				$isFine ? null : self::remedy( 'check' ),
				$check->text( 'technical' )
			);
		}
		return $checks;
	}

	/** This is a copy of the connected shop. */
	private function copy(): Check {
		$why = __( 'A copy of a shop that reported its own stock to DSTNC would sell what is not there.', 'dstnc-for-woocommerce' );
		if ( ! $this->plugin->siteIdentity()->isClone() ) {
			return new Check( 'clone', Check::OK, __( 'This is the shop that is connected', 'dstnc-for-woocommerce' ), '', $why );
		}
		$homes = $this->plugin->siteIdentity()->homes();
		return new Check(
			'clone',
			Check::PROBLEM,
			__( 'This is a copy of the connected shop', 'dstnc-for-woocommerce' ),
			sprintf(
				/* translators: 1: address of the connected shop, 2: address of this one. */
				__( 'The connection belongs to %1$s, and this is %2$s. Nothing is sent to DSTNC from here.', 'dstnc-for-woocommerce' ),
				$homes['stored'],
				$homes['current']
			),
			$why,
			__( 'Open the DSTNC page and say whether this is the live shop now.', 'dstnc-for-woocommerce' ),
			self::page( __( 'Open the DSTNC page', 'dstnc-for-woocommerce' ), 'admin.php?page=dstnc' )
		);
	}

	public function changeLog(): Check {
		$why = __( 'Your shop notes in a table of its own what has to be told to DSTNC.', 'dstnc-for-woocommerce' );
		if ( $this->hasTables() ) {
			return new Check( 'change_log', Check::OK, __( 'Changes are noted', 'dstnc-for-woocommerce' ), '', $why );
		}
		return new Check(
			'change_log',
			Check::PROBLEM,
			__( 'Changes in your shop are not noted', 'dstnc-for-woocommerce' ),
			__( 'The table for it is missing in the database. It may have been left out when the shop was moved or restored.', 'dstnc-for-woocommerce' ),
			$why,
			__( 'Let this plugin make the table again. If that fails, the database user may not create tables: ask your host.', 'dstnc-for-woocommerce' ),
			self::remedy( 'repair' )
		);
	}

	/** The note that they were made comes back with a backup even where they were left out of it. */
	private function hasTables(): bool {
		global $wpdb;
		if ( ! $this->plugin->changeLog()->ready() ) {
			return false;
		}
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- WordPress has no function that asks for tables.
		$tables = $wpdb->get_col( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $wpdb->prefix . 'dstnc_c' ) . '%' ) );
		return array() === array_diff( array( "{$wpdb->prefix}dstnc_changes", "{$wpdb->prefix}dstnc_change_marks", "{$wpdb->prefix}dstnc_cursors" ), $tables );
	}

	private function user( Connection $connection ): Check {
		$why  = __( 'DSTNC can do in your shop what the user can that it acts as, and nothing without one.', 'dstnc-for-woocommerce' );
		$user = get_userdata( $connection->userId );
		if ( ! $user instanceof \WP_User ) {
			return new Check(
				'user',
				Check::PROBLEM,
				__( 'The user that DSTNC acted as was deleted', 'dstnc-for-woocommerce' ),
				__( 'Its access ended with the user. Since then DSTNC can neither read your products nor place orders.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Choose another user for DSTNC. Nothing else has to be set up again.', 'dstnc-for-woocommerce' ),
				self::remedy( 'rotate', __( 'Choose another user', 'dstnc-for-woocommerce' ) ),
				"user $connection->userId"
			);
		}
		if ( ! user_can( $user, 'manage_woocommerce' ) ) {
			return new Check(
				'user',
				Check::PROBLEM,
				/* translators: %s: name of a user. */
				sprintf( __( '%s may not manage the shop any more', 'dstnc-for-woocommerce' ), $user->display_name ),
				__( 'DSTNC acts as this user, whose role was changed. Since then it can neither read your products nor place orders.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Choose another user for DSTNC, or give this one the role of shop manager again.', 'dstnc-for-woocommerce' ),
				self::remedy( 'rotate', __( 'Choose another user', 'dstnc-for-woocommerce' ) ),
				"user $connection->userId: " . implode( ', ', $user->roles )
			);
		}
		/* translators: %s: name of a user. */
		return new Check( 'user', Check::OK, sprintf( __( 'DSTNC acts as %s', 'dstnc-for-woocommerce' ), $user->display_name ), __( 'This user may manage the shop.', 'dstnc-for-woocommerce' ), $why );
	}

	private function key( Connection $connection ): Check {
		$why = __( 'A key of WooCommerce is DSTNC’s way into your shop.', 'dstnc-for-woocommerce' );
		$key = $this->plugin->apiKeys()->find( $connection->keyHash );
		if ( null === $key ) {
			return new Check(
				'key',
				Check::PROBLEM,
				__( 'DSTNC has no access to this shop any more', 'dstnc-for-woocommerce' ),
				__( 'Its key was revoked: under WooCommerce > Settings > Advanced > REST API, or because its user was deleted.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Give DSTNC a new key. Nothing else has to be set up again.', 'dstnc-for-woocommerce' ),
				self::remedy( 'repair', __( 'Give DSTNC a new key', 'dstnc-for-woocommerce' ) ),
				"key $connection->keyId"
			);
		}
		if ( 'read_write' !== $key['permissions'] ) {
			return new Check(
				'key',
				Check::PROBLEM,
				__( 'DSTNC may not do all that it needs to', 'dstnc-for-woocommerce' ),
				__( 'Its key was changed under WooCommerce > Settings > Advanced > REST API and does not allow both reading and writing any more.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Give DSTNC a new key. Nothing else has to be set up again.', 'dstnc-for-woocommerce' ),
				self::remedy( 'repair', __( 'Give DSTNC a new key', 'dstnc-for-woocommerce' ) ),
				"key $connection->keyId: {$key['permissions']}"
			);
		}
		if ( array() !== $connection->pendingKeys ) {
			return new Check(
				'key',
				Check::WARNING,
				__( 'It is not certain which key DSTNC uses', 'dstnc-for-woocommerce' ),
				__( 'Its key was being renewed when the call was cut off. Until that is settled the old key and the new one both work.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Your shop tries again by itself in some minutes. You can also do it now: give DSTNC a new key, and all others are revoked.', 'dstnc-for-woocommerce' ),
				self::remedy( 'repair', __( 'Give DSTNC a new key', 'dstnc-for-woocommerce' ) ),
				'…' . $key['truncated']
			);
		}
		$used = $key['lastAccess'];
		return new Check(
			'key',
			Check::OK,
			__( 'DSTNC has access to this shop', 'dstnc-for-woocommerce' ),
			/* translators: %s: a length of time, as in "5 minutes". */
			null === $used ? __( 'It has not been used yet.', 'dstnc-for-woocommerce' ) : sprintf( __( 'It was used %s ago.', 'dstnc-for-woocommerce' ), human_time_diff( $used ) ),
			$why,
			'',
			null,
			'…' . $key['truncated']
		);
	}

	private function notifications(): Check {
		$why       = __( 'By them DSTNC learns within a second that something was sold or changed.', 'dstnc-for-woocommerce' );
		$off       = array();
		$technical = array();
		foreach ( $this->plugin->webhooks()->state() as $topic => $one ) {
			if ( 'active' !== $one['state'] || ! $one['intact'] ) {
				$off[] = $one['label'];
			}
			$technical[] = sprintf( '%1$s: %2$s%3$s, %4$d failures', $topic, $one['state'], $one['intact'] ? '' : ' (edited)', $one['failures'] );
		}
		if ( array() === $off ) {
			return new Check( 'notifications', Check::OK, __( 'Notifications to DSTNC are switched on', 'dstnc-for-woocommerce' ), '', $why, '', null, implode( '; ', $technical ) );
		}
		return new Check(
			'notifications',
			Check::PROBLEM,
			__( 'Some notifications to DSTNC are switched off', 'dstnc-for-woocommerce' ),
			sprintf(
				/* translators: %s: list of notifications, as in "Stock, Completed orders". */
				__( 'They were paused, edited or deleted under WooCommerce > Settings > Advanced, or WooCommerce gave up on them: %s.', 'dstnc-for-woocommerce' ),
				implode( ', ', $off )
			),
			$why,
			__( 'Switch them on again.', 'dstnc-for-woocommerce' ),
			self::remedy( 'repair', __( 'Switch them on', 'dstnc-for-woocommerce' ) ),
			implode( '; ', $technical )
		);
	}

	private function waiting(): Check {
		$why     = __( 'What waits here is not yet known at DSTNC.', 'dstnc-for-woocommerce' );
		$pending = $this->hasTables() ? $this->plugin->changeLog()->pending() : array(
			'count'  => 0,
			'oldest' => null,
		);
		$oldest  = null === $pending['oldest'] ? time() : intdiv( $pending['oldest'], 1000 );
		/* translators: 1: number of changes, 2: a length of time, as in "5 minutes". */
		$detail = sprintf( _n( '%1$s change waits, since %2$s.', '%1$s changes wait, the oldest since %2$s.', $pending['count'], 'dstnc-for-woocommerce' ), number_format_i18n( $pending['count'] ), human_time_diff( $oldest ) );
		if ( $pending['count'] > 0 && $oldest < time() - self::WAITING_SECONDS ) {
			return new Check(
				'waiting',
				Check::PROBLEM,
				__( 'Changes in your shop don’t get through to DSTNC', 'dstnc-for-woocommerce' ),
				$detail,
				$why,
				__( 'Check again to see what keeps them. They are sent as soon as the way is free; nothing is lost.', 'dstnc-for-woocommerce' ),
				self::remedy( 'check' )
			);
		}
		return new Check( 'waiting', Check::OK, __( 'No change waits for long', 'dstnc-for-woocommerce' ), 0 === $pending['count'] ? '' : $detail, $why );
	}

	/**
	 * WordPress, its plugins and its server.
	 *
	 * @return list<Check|null>
	 */
	private function surroundings( ?SelfTestResult $selfTest ): array {
		return array(
			$this->filters( $selfTest ),
			$this->https( $selfTest ),
			$this->permalinks(),
			$this->cron(),
			$this->queue(),
			$this->woocommerce(),
			$this->legacyApi(),
			$this->versions(),
		);
	}

	/** The filters of security plugins. */
	private function filters( ?SelfTestResult $selfTest ): Check {
		$why      = __( 'Security plugins take long or unusual addresses for attacks, and DSTNC’s are both at times.', 'dstnc-for-woocommerce' );
		$blockers = new Blockers();
		$settings = $blockers->settings();
		if ( array() !== $settings ) {
			$isBlocked = null !== $selfTest && false === $selfTest->reached();
			return new Check(
				'filters',
				$isBlocked ? Check::PROBLEM : Check::WARNING,
				__( 'A security plugin filters requests', 'dstnc-for-woocommerce' ),
				$this->settingsDetail( $settings, $isBlocked || null !== $this->plugin->incidents()->current() ),
				$why,
				$this->settingsAdvice( $settings ),
				self::link( __( 'Show me where to switch it off', 'dstnc-for-woocommerce' ), $settings[0]['url'] )
			);
		}
		$suspects = array_column( $blockers->suspects(), 'plugin' );
		return new Check(
			'filters',
			Check::OK,
			__( 'No filter is known to be in the way', 'dstnc-for-woocommerce' ),
			/* translators: %s: names of plugins. */
			array() === $suspects ? '' : sprintf( __( 'Active, and able to get in the way if set so: %s.', 'dstnc-for-woocommerce' ), implode( ', ', $suspects ) ),
			$why
		);
	}

	private function https( ?SelfTestResult $selfTest ): Check {
		$id   = 'https';
		$why  = __( 'Keys must not travel readable, and WooCommerce lets DSTNC in another way over https than over http.', 'dstnc-for-woocommerce' );
		// As set, and not as home_url() makes them of the scheme of this request.
		$home = self::option( 'home' );
		$site = self::option( 'siteurl' );
		// phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- compared only.
		$forwarded = isset( $_SERVER['HTTP_X_FORWARDED_PROTO'] ) && is_string( $_SERVER['HTTP_X_FORWARDED_PROTO'] ) && 0 === stripos( $_SERVER['HTTP_X_FORWARDED_PROTO'], 'https' );
		$isHttps   = 'https' === wp_parse_url( $home, PHP_URL_SCHEME );
		if ( ( $forwarded && ! is_ssl() ) || ( $isHttps && null !== $selfTest && false === $selfTest->ssl ) ) {
			return new Check(
				$id,
				Check::PROBLEM,
				__( 'WordPress does not notice that your shop uses https', 'dstnc-for-woocommerce' ),
				__( 'A proxy in front of your server receives https and passes it on as http. WooCommerce then refuses DSTNC’s login.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Ask your host to pass https on, or to add the line for “X-Forwarded-Proto” to wp-config.php that WordPress’s documentation on reverse proxies names.', 'dstnc-for-woocommerce' ),
				self::link( __( 'Show me that documentation', 'dstnc-for-woocommerce' ), 'https://developer.wordpress.org/advanced-administration/security/https/#using-a-reverse-proxy' ),
				'is_ssl() is false; X-Forwarded-Proto: ' . ( $forwarded ? 'https' : '-' )
			);
		}
		if ( wp_parse_url( $home, PHP_URL_SCHEME ) !== wp_parse_url( $site, PHP_URL_SCHEME ) ) {
			return new Check(
				$id,
				Check::WARNING,
				__( 'The two addresses of your site differ in https', 'dstnc-for-woocommerce' ),
				/* translators: 1 and 2: addresses. */
				sprintf( __( 'The site’s address is %1$s and WordPress’s address is %2$s.', 'dstnc-for-woocommerce' ), $home, $site ),
				$why,
				__( 'Set both to https in the general settings.', 'dstnc-for-woocommerce' ),
				self::page( __( 'General settings', 'dstnc-for-woocommerce' ), 'options-general.php' )
			);
		}
		if ( ! $isHttps ) {
			return new Check(
				$id,
				Check::WARNING,
				__( 'Your shop does not use https', 'dstnc-for-woocommerce' ),
				__( 'DSTNC signs its requests instead of sending its password, so that the connection works. What it reads can be read on the way, though.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Ask your host for a certificate, and switch to https.', 'dstnc-for-woocommerce' ),
				self::page( __( 'Open Site Health', 'dstnc-for-woocommerce' ), 'site-health.php' )
			);
		}
		return new Check( $id, Check::OK, __( 'Your shop uses https', 'dstnc-for-woocommerce' ), '', $why );
	}

	private function permalinks(): Check {
		$why       = __( 'They decide under which address DSTNC finds the REST API.', 'dstnc-for-woocommerce' );
		$structure = self::option( 'permalink_structure' );
		if ( '' === $structure ) {
			return new Check(
				'permalinks',
				Check::OK,
				__( 'Permalinks are “Plain”, which works', 'dstnc-for-woocommerce' ),
				__( 'WooCommerce by itself refuses keys with plain permalinks. This plugin sees to it that DSTNC’s is accepted.', 'dstnc-for-woocommerce' ),
				$why,
				'',
				null,
				rest_url()
			);
		}
		return new Check( 'permalinks', Check::OK, __( 'Permalinks are fine', 'dstnc-for-woocommerce' ), '', $why, '', null, "$structure " . rest_url() );
	}

	/** WP-Cron. */
	private function cron(): Check {
		$why     = __( 'WordPress runs tasks in the background while people visit the shop. Sales begin and end by them, and failed notifications are repeated.', 'dstnc-for-woocommerce' );
		$isOff   = defined( 'DISABLE_WP_CRON' ) && DISABLE_WP_CRON;
		$ready   = wp_get_ready_cron_jobs();
		$oldest  = array() === $ready ? time() : (int) min( array_keys( $ready ) );
		$isLate  = $oldest < time() - self::LATE_SECONDS;
		$through = 'DISABLE_WP_CRON ' . ( $isOff ? 'true' : 'false' );
		if ( ! $isLate ) {
			$detail = $isOff ? __( 'Your server starts them itself, which is the best way.', 'dstnc-for-woocommerce' ) : '';
			return new Check( 'cron', Check::OK, __( 'Background tasks run in time', 'dstnc-for-woocommerce' ), $detail, $why, '', null, $through );
		}
		return new Check(
			'cron',
			Check::WARNING,
			__( 'Background tasks are late', 'dstnc-for-woocommerce' ),
			/* translators: %s: a length of time, as in "2 hours". */
			sprintf( __( 'One has waited for %s.', 'dstnc-for-woocommerce' ), human_time_diff( $oldest ) ) . ' ' . ( $isOff
				? __( 'WordPress was told not to run them itself (DISABLE_WP_CRON), and nobody else does.', 'dstnc-for-woocommerce' )
				: __( 'Nobody visits the shop, or its server can’t call itself.', 'dstnc-for-woocommerce' ) ),
			$why,
			__( 'Ask your host for a cron job that calls wp-cron.php every minute.', 'dstnc-for-woocommerce' ),
			self::link( __( 'How a host does that', 'dstnc-for-woocommerce' ), 'https://developer.wordpress.org/plugins/cron/hooking-wp-cron-into-the-system-task-scheduler/' ),
			$through
		);
	}

	/** The Action Scheduler. */
	private function queue(): ?Check {
		if ( ! class_exists( \ActionScheduler::class ) || ! \ActionScheduler::is_initialized() ) {
			return null;
		}
		$why  = __( 'WooCommerce keeps its own tasks in a queue. Failed notifications to DSTNC are repeated from there.', 'dstnc-for-woocommerce' );
		$store = \ActionScheduler::store();
		$late  = ! $store instanceof \ActionScheduler_Store ? 0 : $store->query_actions(
			array(
				'status'       => \ActionScheduler_Store::STATUS_PENDING,
				'date'         => as_get_datetime_object( time() - self::LATE_SECONDS ),
				'date_compare' => '<=',
			),
			'count'
		);
		$late = is_numeric( $late ) ? (int) $late : 0;
		$url  = 'admin.php?page=wc-status&tab=action-scheduler&status=pending';
		if ( 0 === $late ) {
			return new Check( 'queue', Check::OK, __( 'WooCommerce’s queue is up to date', 'dstnc-for-woocommerce' ), '', $why );
		}
		return new Check(
			'queue',
			Check::WARNING,
			__( 'WooCommerce’s queue is late', 'dstnc-for-woocommerce' ),
			sprintf(
				/* translators: %s: number of tasks. */
				_n( '%s task should have run half an hour ago or earlier.', '%s tasks should have run half an hour ago or earlier.', $late, 'dstnc-for-woocommerce' ),
				number_format_i18n( $late )
			),
			$why,
			__( 'Ask your host for a cron job that calls wp-cron.php every minute. If there is one, look into the queue for a task that fails again and again.', 'dstnc-for-woocommerce' ),
			self::page( __( 'Show the queue', 'dstnc-for-woocommerce' ), $url )
		);
	}

	private function woocommerce(): Check {
		$why     = __( 'A newer version may have mended what hinders DSTNC.', 'dstnc-for-woocommerce' );
		$version = WC()->version;
		$updates = get_site_transient( 'update_plugins' );
		$offered = is_object( $updates ) && isset( $updates->response ) && is_array( $updates->response ) ? $updates->response['woocommerce/woocommerce.php'] ?? null : null;
		$newest  = is_object( $offered ) && isset( $offered->new_version ) && is_string( $offered->new_version ) ? $offered->new_version : '';
		/* translators: %s: version of WooCommerce. */
		$title = sprintf( __( 'WooCommerce %s works with DSTNC', 'dstnc-for-woocommerce' ), $version );
		if ( '' === $newest || version_compare( $newest, $version, '<=' ) ) {
			return new Check( 'woocommerce', Check::OK, $title, '', $why );
		}
		return new Check(
			'woocommerce',
			(int) $newest > (int) $version ? Check::WARNING : Check::OK,
			$title,
			/* translators: %s: version of WooCommerce. */
			sprintf( __( 'Version %s is available.', 'dstnc-for-woocommerce' ), $newest ),
			$why,
			__( 'Update WooCommerce. Make a backup first.', 'dstnc-for-woocommerce' ),
			self::page( __( 'Updates', 'dstnc-for-woocommerce' ), 'update-core.php' )
		);
	}

	/** Old instructions tell vendors to switch it on: say that there is no need. */
	private function legacyApi(): Check {
		return new Check(
			'legacy_api',
			Check::OK,
			__( 'The Legacy API is not needed', 'dstnc-for-woocommerce' ),
			__( 'This plugin uses WooCommerce’s current REST API, which is always switched on.', 'dstnc-for-woocommerce' ),
			__( 'Only shops older than WooCommerce 5.8, in which this plugin does not run, need it.', 'dstnc-for-woocommerce' ),
			'',
			null,
			'woocommerce_api_enabled: ' . ( 'yes' === self::option( 'woocommerce_api_enabled' ) ? 'yes' : 'no' )
		);
	}

	private function versions(): Check {
		$why       = __( 'Old versions of PHP and WordPress get no repairs any more.', 'dstnc-for-woocommerce' );
		$technical = sprintf( 'PHP %1$s, WordPress %2$s, DSTNC for WooCommerce %3$s', PHP_VERSION, get_bloginfo( 'version' ), DSTNC_PLUGIN_VERSION );
		// WordPress asks for it now and then; nobody is called here.
		$php = get_site_transient( 'php_check_' . md5( PHP_VERSION ) );
		if ( is_array( $php ) && isset( $php['is_secure'] ) && ! $php['is_secure'] ) {
			return new Check(
				'versions',
				Check::WARNING,
				/* translators: %s: version of PHP. */
				sprintf( __( 'PHP %s is out of date', 'dstnc-for-woocommerce' ), PHP_VERSION ),
				__( 'DSTNC works with it, but nobody mends its security holes any more.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Ask your host to update PHP.', 'dstnc-for-woocommerce' ),
				self::page( __( 'Open Site Health', 'dstnc-for-woocommerce' ), 'site-health.php' ),
				$technical
			);
		}
		return new Check( 'versions', Check::OK, __( 'PHP and WordPress are recent enough', 'dstnc-for-woocommerce' ), $technical, $why, '', null, $technical );
	}

	/** What was installed or updated since all was well. */
	private function changes( bool $isTrouble ): ?Check {
		$state = $this->plugin->workingState();
		$last  = $state->lastWorked();
		if ( null === $this->plugin->connections()->current() || null === $last ) {
			return null;
		}
		$why     = __( 'If it worked before, what changed since is the first to look at.', 'dstnc-for-woocommerce' );
		$changes = $this->recentChanges();
		if ( array() === $changes ) {
			/* translators: %s: date and time. */
			return new Check( 'changes', Check::OK, __( 'Nothing was installed or updated lately', 'dstnc-for-woocommerce' ), sprintf( __( 'All was well last on %s.', 'dstnc-for-woocommerce' ), Incidents::dateTime( $last ) ), $why );
		}
		return new Check(
			'changes',
			$isTrouble ? Check::WARNING : Check::OK,
			$isTrouble ? __( 'Plugins were changed since it last worked', 'dstnc-for-woocommerce' ) : __( 'Plugins were changed lately, and it still works', 'dstnc-for-woocommerce' ),
			$this->changesDetail( $changes ),
			$why,
			$isTrouble ? __( 'Undo the last change to see whether it is the one: switch that plugin off for a moment and check again.', 'dstnc-for-woocommerce' ) : '',
			$isTrouble ? self::page( __( 'Show plugins', 'dstnc-for-woocommerce' ), 'plugins.php' ) : null
		);
	}

	/** @return list<string> What was installed, updated or switched off lately: sentences. */
	private function recentChanges(): array {
		return $this->plugin->workingState()->changes( $this->troubleSince() );
	}

	/** Unix time. */
	private function troubleSince(): int {
		$incident = $this->plugin->incidents()->current();
		return null === $incident ? time() : $incident->since;
	}

	/** Since when something is there that may be the cause; empty if nobody knows. */
	private function switchedOn( string $id ): string {
		$at = $this->plugin->workingState()->switchedOnAt( $id, $this->troubleSince() );
		/* translators: 1: time, as in "9:41 am", 2: date. */
		return null === $at ? '' : sprintf( __( 'It was switched on at %1$s on %2$s; until then everything worked.', 'dstnc-for-woocommerce' ), Incidents::time( $at ), Incidents::date( $at ) );
	}

	/** @param list<string> $changes Sentences. */
	private function changesDetail( array $changes ): string {
		$last = $this->plugin->workingState()->lastWorked();
		/* translators: 1: date and time, 2: sentences such as "Example 1.0 was installed." */
		return sprintf( __( 'All was well last on %1$s. Changed lately: %2$s', 'dstnc-for-woocommerce' ), Incidents::dateTime( $last ?? time() ), implode( ' ', $changes ) );
	}

	/**
	 * @param list<array{id: string, plugin: string, setting: string, url: string}> $settings
	 * @param bool                                                                  $isTrouble Something doesn't work, so that it matters since when they are on.
	 */
	private function settingsDetail( array $settings, bool $isTrouble ): string {
		$sentences = array();
		foreach ( $settings as $one ) {
			/* translators: 1: name of a setting, 2: name of a plugin. */
			$sentences[] = sprintf( __( '“%1$s” is switched on in %2$s.', 'dstnc-for-woocommerce' ), $one['setting'], $one['plugin'] );
			$sentences[] = $isTrouble ? $this->switchedOn( $one['id'] ) : '';
		}
		return implode( ' ', array_filter( $sentences ) );
	}

	/** @param non-empty-list<array{id: string, plugin: string, setting: string, url: string}> $settings */
	private function settingsAdvice( array $settings ): string {
		/* translators: 1: names of settings, 2: name of a plugin. */
		return sprintf( __( 'Switch “%1$s” off in the settings of %2$s, then check again.', 'dstnc-for-woocommerce' ), implode( '”, “', array_column( $settings, 'setting' ) ), $settings[0]['plugin'] );
	}

	private static function option( string $name ): string {
		$value = get_option( $name );
		return is_string( $value ) ? $value : '';
	}

	/**
	 * @param string $do `repair`, `rotate`, `check` or `reconnect`.
	 * @return Action
	 */
	private static function remedy( string $do, string $label = '' ): array {
		$labels = array(
			'repair'    => __( 'Repair', 'dstnc-for-woocommerce' ),
			'reconnect' => __( 'Connect again', 'dstnc-for-woocommerce' ),
			'check'     => __( 'Check again', 'dstnc-for-woocommerce' ),
		);
		return array(
			'label' => '' === $label ? $labels[ $do ] ?? $do : $label,
			'do'    => $do,
		);
	}

	/** @return Action */
	private static function page( string $label, string $path ): array {
		return self::link( $label, admin_url( $path ) );
	}

	/** @return Action */
	private static function link( string $label, string $url ): array {
		return array(
			'label' => $label,
			'url'   => $url,
		);
	}
}
