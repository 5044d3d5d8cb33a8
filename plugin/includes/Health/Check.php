<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * One answer of the troubleshooter, in the vendor's words. The page, Site Health, WooCommerce > Status, the notice in wp-admin and
 * the e-mail all show this same one.
 *
 * @phpstan-type Action array{label: string, url?: string, do?: string}
 */
final class Check {

	public const OK      = 'ok';
	public const WARNING = 'warning';
	public const PROBLEM = 'problem';
	public const UNKNOWN = 'unknown';

	/** Stable, for programs. */
	public string $id;

	/** One of the constants. */
	public string $status;

	/** What is. */
	public string $title;

	/** The evidence, in a sentence or two. */
	public string $detail;

	/** Why it matters. */
	public string $why;

	/** The one thing to do; empty if all is well. */
	public string $advice;

	/** For support; never a secret. */
	public string $technical;

	/**
	 * What the one button does: a page to open, or `do`: `repair`, `rotate`, `check`, `reconnect`.
	 *
	 * @var Action|null
	 */
	public ?array $action;

	/** @param Action|null $action */
	public function __construct( string $id, string $status, string $title, string $detail, string $why, string $advice = '', ?array $action = null, string $technical = '' ) {
		$this->id        = $id;
		$this->status    = $status;
		$this->title     = $title;
		$this->detail    = $detail;
		$this->why       = $why;
		$this->advice    = $advice;
		$this->action    = $action;
		$this->technical = $technical;
	}

	/** As an incident tells it; its code is the check's id. */
	public function problem(): Problem {
		$link = isset( $this->action['url'] ) ? array(
			'label' => $this->action['label'],
			'url'   => $this->action['url'],
		) : null;
		return new Problem( $this->id, $this->title, $this->detail, $this->advice, $this->technical, $link );
	}

	/** @return array{id: string, status: string, title: string, detail: string, why: string, advice: string, technical: string, action: Action|null} */
	public function toArray(): array {
		return array(
			'id'        => $this->id,
			'status'    => $this->status,
			'title'     => $this->title,
			'detail'    => $this->detail,
			'why'       => $this->why,
			'advice'    => $this->advice,
			'technical' => $this->technical,
			'action'    => $this->action,
		);
	}
}
