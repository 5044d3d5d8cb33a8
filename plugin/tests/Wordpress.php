<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests;

/** The state of the pretended WordPress. {@see TestCase} empties it before each test. */
final class Wordpress {

	/** @var array<string, mixed> By name. */
	public static $options = array();

	/** @var array<string, mixed> By name; they never expire by themselves. */
	public static $transients = array();

	/** @var array<string, list<callable>> Filters and actions by name, in the order of adding; priorities are not kept. */
	public static $hooks = array();

	/** @var list<array{0: string, 1: list<mixed>}> Actions done: name and arguments. */
	public static $done = array();

	/** Answers outgoing requests: gets address and arguments, gives what wp_remote_request() does. @var callable|null */
	public static $http;

	/** @var list<array{url: string, args: array<string, mixed>}> Requests made. */
	public static $requests = array();

	/** @var string What wp_get_environment_type() says. */
	public static $environment = 'production';

	public static function reset(): void {
		self::$options     = array(
			'home'    => 'https://shop.example',
			'siteurl' => 'https://shop.example',
		);
		self::$transients  = array();
		self::$hooks       = array();
		self::$done        = array();
		self::$http        = null;
		self::$requests    = array();
		self::$environment = 'production';
	}
}
