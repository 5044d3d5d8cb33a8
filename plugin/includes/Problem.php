<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce;

defined( 'ABSPATH' ) || exit;

/** Something that went wrong, in the vendor's words: what is, why, and what to do. The same wherever it is shown. */
final class Problem {

	/** Stable and for programs: `code_expired`, `receiver_unreachable`. */
	public string $code;

	/** What is, as a headline without technical words. */
	public string $title;

	/** Why, in a sentence or two. */
	public string $detail;

	/** What to do, starting with a verb. */
	public string $advice;

	/** For support: status codes, addresses without query, messages of others; never a secret. */
	public string $technical;

	/**
	 * A page that helps: its name and its address.
	 *
	 * @var array{label: string, url: string}|null
	 */
	public ?array $link;

	/**
	 * @param array{label: string, url: string}|null $link
	 */
	public function __construct( string $code, string $title, string $detail, string $advice, string $technical = '', ?array $link = null ) {
		$this->code      = $code;
		$this->title     = $title;
		$this->detail    = $detail;
		$this->advice    = $advice;
		$this->technical = $technical;
		$this->link      = $link;
	}

	/** @return array{code: string, title: string, detail: string, advice: string, technical: string, link: array{label: string, url: string}|null} */
	public function toArray(): array {
		return array(
			'code'      => $this->code,
			'title'     => $this->title,
			'detail'    => $this->detail,
			'advice'    => $this->advice,
			'technical' => $this->technical,
			'link'      => $this->link,
		);
	}
}
