<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Changes;

defined( 'ABSPATH' ) || exit;

/** A product group or an order that changed, as the change log knows it. */
final class ChangeRow {

	/** ChangeLog::GROUP or ChangeLog::ORDER. */
	public string $type;

	/** Of the product (for a variation: its product's) or of the order. */
	public int $id;

	/** How it changed: product, stock, deleted; completed, cancelled, refunded, tracking. */
	public string $kind;

	/** Its number: grows with each change. */
	public int $seq;

	/** When it changed first after it was last told, in milliseconds since 1970. */
	public int $changedAt;

	public function __construct( string $type, int $id, string $kind, int $seq, int $changedAt ) {
		$this->type      = $type;
		$this->id        = $id;
		$this->kind      = $kind;
		$this->seq       = $seq;
		$this->changedAt = $changedAt;
	}

	/**
	 * As DSTNC is told, see shared/src/webhooks/webhook-event.ts.
	 *
	 * @return array{groupId: int, kind: string}|array{orderId: int, kind: string}
	 */
	public function toArray(): array {
		return ChangeLog::ORDER === $this->type
			? array(
				'orderId' => $this->id,
				'kind'    => $this->kind,
			)
			: array(
				'groupId' => $this->id,
				'kind'    => $this->kind,
			);
	}
}
