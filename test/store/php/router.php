<?php
/**
 * Router of `php -S`: what a web server's rewrite rules do. STORE_PERMALINKS is `pretty`, `index` or `plain`; only
 * `pretty` rewrites, as only there WordPress would have written its rules.
 */

$store_root = rtrim( $_SERVER['DOCUMENT_ROOT'], '/' );
$store_path = rawurldecode( (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
$store_file = $store_root . $store_path;

if ( false !== strpos( $store_path, '..' ) ) {
	http_response_code( 400 );
	return true;
}
if ( '/' !== $store_path && is_file( $store_file ) ) {
	return false;
}
if ( is_dir( $store_file ) && '/' !== substr( $store_path, -1 ) ) {
	header( "Location: $store_path/", true, 301 );
	return true;
}

$store_script = '/index.php';
if ( is_dir( $store_file ) && is_file( $store_file . 'index.php' ) ) {
	$store_script = $store_path . 'index.php';
} elseif ( 0 !== strpos( $store_path, '/index.php/' ) && 'pretty' !== getenv( 'STORE_PERMALINKS' ) ) {
	http_response_code( 404 );
	header( 'Content-Type: text/html' );
	echo '<!DOCTYPE html><title>404 Not Found</title><h1>Not Found</h1>';
	return true;
}

$_SERVER['SCRIPT_NAME']     = $store_script;
$_SERVER['PHP_SELF']        = $store_script;
$_SERVER['SCRIPT_FILENAME'] = $store_root . $store_script;
chdir( dirname( $_SERVER['SCRIPT_FILENAME'] ) );
require $_SERVER['SCRIPT_FILENAME'];
