/** PHP that makes troubles, and the last use of each key, that many minutes older. */
export const minutesPass = (minutes: number): string => `
$kept = get_option( 'dstnc_incident' );
if ( is_array( $kept ) ) {
	array_walk_recursive(
		$kept,
		static function ( &$value, $name ) {
			if ( null !== $value && in_array( $name, array( 'since', 'goodSince', 'raisedAt' ), true ) ) {
				$value -= 60 * ${minutes};
			}
		}
	);
	update_option( 'dstnc_incident', $kept, false );
}
global $wpdb;
$wpdb->query( "UPDATE {$wpdb->prefix}woocommerce_api_keys SET last_access = last_access - INTERVAL ${minutes} MINUTE" );`;
