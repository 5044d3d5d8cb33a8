<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests\Stan;

use PhpParser\Comment\Doc;
use PhpParser\Node;
use PhpParser\NodeVisitorAbstract;

/** Tells PHPStan what `global $wpdb;` brings, so that not every method has to. */
final class WpdbVisitor extends NodeVisitorAbstract {

	public function enterNode( Node $node ) {
		if ( $node instanceof Node\Stmt\Global_ && null === $node->getDocComment() ) {
			foreach ( $node->vars as $variable ) {
				if ( $variable instanceof Node\Expr\Variable && 'wpdb' === $variable->name ) {
					$node->setDocComment( new Doc( '/** @var \wpdb $wpdb */' ) );
				}
			}
		}
		return null;
	}
}
