<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * A problem that lasts, and that the vendor was told of.
 *
 * @phpstan-import-type Action from Check
 */
final class Incident {

	public Problem $problem;

	/** Unix time of the first failing look. */
	public int $since;

	/**
	 * The one button.
	 *
	 * @var Action|null
	 */
	public ?array $action;

	/**
	 * Users who don't want to see the notice of this incident any more.
	 *
	 * @var list<int>
	 */
	public array $dismissedBy;

	/**
	 * @param Action|null $action
	 * @param list<int>   $dismissedBy
	 */
	public function __construct( Problem $problem, int $since, ?array $action = null, array $dismissedBy = array() ) {
		$this->problem     = $problem;
		$this->since       = $since;
		$this->action      = $action;
		$this->dismissedBy = $dismissedBy;
	}

	/**
	 * As the page's state shows it.
	 *
	 * @return array{code: string, title: string, detail: string, advice: string, technical: string, link: array{label: string, url: string}|null, since: string, action: Action|null}
	 */
	public function toArray(): array {
		return $this->problem->toArray() + array(
			'since'  => gmdate( 'Y-m-d\TH:i:s\Z', $this->since ),
			'action' => $this->action,
		);
	}
}
