<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/** What came of a call to DSTNC. */
final class ReceiverAnswer {

	public bool $ok;

	/** HTTP status; 0 where nothing was called, or nobody answered. */
	public int $status;

	/** @var array<array-key, mixed> */
	public array $body;

	/** Null exactly when all is well. */
	public ?Problem $problem;

	public int $durationMs;

	/** @param array<array-key, mixed> $body */
	public function __construct( int $status, array $body, ?Problem $problem, int $durationMs = 0 ) {
		$this->ok         = null === $problem;
		$this->status     = $status;
		$this->body       = $body;
		$this->problem    = $problem;
		$this->durationMs = $durationMs;
	}
}
