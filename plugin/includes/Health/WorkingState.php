<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

defined( 'ABSPATH' ) || exit;

/**
 * Which plugins, in which versions, and which settings that may block DSTNC the shop had when all was well last, so that the
 * troubleshooter can say what changed since. It also keeps what changed between good looks: a plugin that breaks something may be noticed a
 * look too late.
 *
 * @phpstan-type Part array{name: string, version: string}
 * @phpstan-type Change array{id: string, name: string, from: string|null, to: string|null, seenAt: int, at: int|null}
 */
final class WorkingState {

	private const OPTION = 'dstnc_working_state';
	private const KEPT   = 20;

	/** What is switched on there is told with the blocker itself, and not among what was installed. */
	private const SETTING = 'setting:';

	/** All is well: what there is now works. */
	public function record(): void {
		$stored  = $this->stored();
		$changes = null === $stored['at'] ? array() : $this->changesTo( $stored['parts'] );
		update_option(
			self::OPTION,
			array(
				'at'      => time(),
				'parts'   => $this->parts(),
				'changes' => array_slice( array_merge( $changes, $stored['changes'] ), 0, self::KEPT ),
				'noted'   => array(),
			),
			false
		);
	}

	/** Something is being switched, installed or updated in this moment: notes when, as only now it can be told. */
	public function note(): void {
		$stored = $this->stored();
		if ( null === $stored['at'] ) {
			return;
		}
		$noted = array();
		foreach ( $this->changesTo( $stored['parts'] ) as $change ) {
			$noted[ $change['id'] ] = $stored['noted'][ $change['id'] ] ?? time();
		}
		if ( $noted !== $stored['noted'] ) {
			update_option( self::OPTION, array( 'noted' => $noted ) + $stored, false );
		}
	}

	/**
	 * When a plugin or a setting of one was switched on or updated, if that was after the last good look or in the day before the trouble,
	 * and somebody saw it.
	 *
	 * @param string $id    File of a plugin, or that of one of its settings as {@see settingId()} gives it.
	 * @param int    $since Unix time when the trouble began.
	 * @return int|null Unix time.
	 */
	public function switchedOnAt( string $id, int $since ): ?int {
		foreach ( $this->lately( $since ) as $change ) {
			if ( $change['id'] === $id ) {
				return null === $change['to'] ? null : $change['at'];
			}
		}
		return null;
	}

	/** Under what a setting is kept that may block DSTNC. */
	public static function settingId( string $file, string $key ): string {
		return self::SETTING . "$file:$key";
	}

	/** Unix time of the last good look; null if there was none yet. */
	public function lastWorked(): ?int {
		return $this->stored()['at'];
	}

	/**
	 * What was installed, updated or switched off since the last good look, and in the day before: one sentence each.
	 *
	 * @param int $since Unix time when the trouble began.
	 * @return list<string>
	 */
	public function changes( int $since ): array {
		$changes = array_filter( $this->lately( $since ), static fn( array $change ) => 0 !== strpos( $change['id'], self::SETTING ) );
		return array_values( array_map( array( self::class, 'sentence' ), $changes ) );
	}

	/** @return list<Change> Newest first. */
	private function lately( int $since ): array {
		$stored = $this->stored();
		if ( null === $stored['at'] ) {
			return array();
		}
		$recent = array_filter( $stored['changes'], static fn( array $change ) => $change['seenAt'] >= $since - DAY_IN_SECONDS );
		return array_merge( $this->changesTo( $stored['parts'] ), array_values( $recent ) );
	}

	public function forget(): void {
		delete_option( self::OPTION );
	}

	/** @param Change $change */
	private static function sentence( array $change ): string {
		if ( null === $change['from'] ) {
			/* translators: 1: name of a plugin, 2: its version. */
			return sprintf( __( '%1$s %2$s was installed or switched on.', 'dstnc-for-woocommerce' ), $change['name'], $change['to'] );
		}
		if ( null === $change['to'] ) {
			/* translators: %s: name of a plugin. */
			return sprintf( __( '%s was switched off or removed.', 'dstnc-for-woocommerce' ), $change['name'] );
		}
		/* translators: 1: name of a plugin, 2: version before, 3: version now. */
		return sprintf( __( '%1$s was changed from version %2$s to %3$s.', 'dstnc-for-woocommerce' ), $change['name'], $change['from'], $change['to'] );
	}

	/**
	 * @param array<string, Part> $before
	 * @return list<Change>
	 */
	private function changesTo( array $before ): array {
		$now     = $this->parts();
		$noted   = $this->stored()['noted'];
		$changes = array();
		foreach ( $now + $before as $id => $part ) {
			$from = $before[ $id ]['version'] ?? null;
			$to   = $now[ $id ]['version'] ?? null;
			if ( $from !== $to ) {
				$changes[] = array(
					'id'     => (string) $id,
					'name'   => $part['name'],
					'from'   => $from,
					'to'     => $to,
					'seenAt' => $noted[ $id ] ?? time(),
					'at'     => $noted[ $id ] ?? null,
				);
			}
		}
		return $changes;
	}

	/** @return array<string, Part> By a name that stays: `wordpress`, `theme:storefront`, a plugin's file, a setting's id. */
	private function parts(): array {
		require_once ABSPATH . 'wp-admin/includes/plugin.php';
		$theme = wp_get_theme();
		$parts = array(
			'wordpress'                    => array(
				'name'    => 'WordPress',
				'version' => (string) get_bloginfo( 'version' ),
			),
			'theme:' . get_stylesheet() => array(
				'name'    => self::text( $theme->get( 'Name' ) ),
				'version' => self::text( $theme->get( 'Version' ) ),
			),
		);
		foreach ( get_plugins() as $file => $plugin ) {
			$file = (string) $file;
			if ( is_plugin_active( $file ) ) {
				$parts[ $file ] = array(
					'name'    => self::text( $plugin['Name'] ?? '' ),
					'version' => self::text( $plugin['Version'] ?? '' ),
				);
			}
		}
		foreach ( get_mu_plugins() as $file => $plugin ) {
			$parts[ 'mu:' . $file ] = array(
				'name'    => self::text( $plugin['Name'] ?? $file ),
				'version' => self::text( $plugin['Version'] ?? '' ),
			);
		}
		foreach ( ( new Blockers() )->settings() as $one ) {
			$parts[ $one['id'] ] = array(
				'name'    => $one['setting'],
				'version' => 'on',
			);
		}
		return $parts;
	}

	/** @return array{at: int|null, parts: array<string, Part>, changes: list<Change>, noted: array<string, int>} `noted`: unix times by id. */
	private function stored(): array {
		$stored = get_option( self::OPTION );
		if ( ! is_array( $stored ) || ! isset( $stored['at'], $stored['parts'], $stored['changes'], $stored['noted'] ) ) {
			return array(
				'at'      => null,
				'parts'   => array(),
				'changes' => array(),
				'noted'   => array(),
			);
		}
		/** @var array{at: int, parts: array<string, Part>, changes: list<Change>, noted: array<string, int>} Written here alone. */
		return $stored;
	}

	/** @param mixed $value */
	private static function text( $value ): string {
		return is_scalar( $value ) ? (string) $value : '';
	}
}
