<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Fields;

defined( 'ABSPATH' ) || exit;

/** What this shop and DSTNC agreed on when they were connected; without its secrets. Never changed, only replaced. */
final class Connection {

	/** The version of the words between plugin and DSTNC that this plugin speaks. */
	public const CONTRACT_VERSION = 1;

	/** DSTNC's id of this shop. */
	public string $storeId;

	/** DSTNC's name for the vendor. */
	public string $vendor;

	/** Where DSTNC is called, without a trailing slash. */
	public string $receiverUrl;

	/** Where DSTNC is notified of changes. */
	public string $webhookUrl;

	/** The version of the words that DSTNC speaks. */
	public int $contractVersion;

	/** Unix time, in seconds. */
	public int $connectedAt;

	/** The user as whom DSTNC acts. */
	public int $userId;

	/** Row of the API key in WooCommerce's table, to name it by. It is found by its hash. */
	public int $keyId;

	/** What WooCommerce knows the API key by. */
	public string $keyHash;

	/** @var list<string> Hashes of keys that were to replace it, and of which nobody knows yet whether DSTNC took one. They work until one did. */
	public array $pendingKeys;

	/** @var array<string, int> Webhooks by topic. */
	public array $webhookIds;

	private function __construct( Fields $fields ) {
		$this->storeId         = $fields->text( 'storeId' );
		$this->vendor          = $fields->text( 'vendor' );
		$this->receiverUrl     = $fields->text( 'receiverUrl' );
		$this->webhookUrl      = $fields->text( 'webhookUrl' );
		$this->contractVersion = $fields->number( 'contractVersion' );
		$this->connectedAt     = $fields->number( 'connectedAt' );
		$this->userId          = $fields->number( 'userId' );
		$this->keyId           = $fields->number( 'keyId' );
		$this->keyHash         = $fields->text( 'keyHash' );
		$this->pendingKeys     = array_values( array_filter( $fields->fields( 'pendingKeys' )->all(), 'is_string' ) );
		$this->webhookIds      = $fields->numbers( 'webhookIds' );
	}

	/** @param mixed $fields As {@see toArray()} gives them. */
	public static function fromArray( $fields ): self {
		return new self( Fields::of( $fields ) );
	}

	/** This connection through another key: DSTNC has it, and no other counts. */
	public function withKey( int $keyId, string $keyHash, int $userId ): self {
		$copy              = clone $this;
		$copy->keyId       = $keyId;
		$copy->keyHash     = $keyHash;
		$copy->pendingKeys = array();
		$copy->userId      = $userId;
		return $copy;
	}

	/** This connection about to be given another key. */
	public function withPendingKey( string $keyHash ): self {
		$copy                = clone $this;
		$copy->pendingKeys[] = $keyHash;
		return $copy;
	}

	/** This connection without a key that DSTNC did not take. */
	public function withoutPendingKey( string $keyHash ): self {
		$copy              = clone $this;
		$copy->pendingKeys = array_values( array_diff( $this->pendingKeys, array( $keyHash ) ) );
		return $copy;
	}

	/** @return list<string> Hashes of all keys that DSTNC may have. */
	public function keys(): array {
		return array_merge( array( $this->keyHash ), $this->pendingKeys );
	}

	/**
	 * This connection with other webhooks.
	 *
	 * @param array<string, int> $webhookIds By topic.
	 */
	public function withWebhooks( array $webhookIds ): self {
		$copy             = clone $this;
		$copy->webhookIds = $webhookIds;
		return $copy;
	}

	/** @return array<string, mixed> */
	public function toArray(): array {
		return array(
			'storeId'         => $this->storeId,
			'vendor'          => $this->vendor,
			'receiverUrl'     => $this->receiverUrl,
			'webhookUrl'      => $this->webhookUrl,
			'contractVersion' => $this->contractVersion,
			'connectedAt'     => $this->connectedAt,
			'userId'          => $this->userId,
			'keyId'           => $this->keyId,
			'keyHash'         => $this->keyHash,
			'pendingKeys'     => $this->pendingKeys,
			'webhookIds'      => $this->webhookIds,
		);
	}
}
