<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Delivery;

use Dstnc\WooCommerce\Changes\ChangeRow;

defined( 'ABSPATH' ) || exit;

/** What came of ringing DSTNC's doorbell. */
final class RingResult {

	/** DSTNC took it; also, there was nothing to tell. */
	public bool $ok;

	/** HTTP status of DSTNC's last answer; 0 if there was none. */
	public int $httpStatus;

	/** Of the calls to DSTNC, in milliseconds. */
	public int $durationMs;

	/** @var ChangeRow[] What DSTNC was told. */
	public array $sent;

	/** For support; empty if it went well. */
	public string $error;

	/** @param ChangeRow[] $sent */
	public function __construct( bool $ok, int $httpStatus = 0, int $durationMs = 0, array $sent = array(), string $error = '' ) {
		$this->ok         = $ok;
		$this->httpStatus = $httpStatus;
		$this->durationMs = $durationMs;
		$this->sent       = $sent;
		$this->error      = $error;
	}
}
