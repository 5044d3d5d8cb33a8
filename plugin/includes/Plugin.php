<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce;

defined( 'ABSPATH' ) || exit;

/**
 * Puts the parts together. Parts get what they need through their constructors; only this class knows them all.
 *
 * What a vendor's shopper never needs (pages, checks, calls to DSTNC) is made when it is asked for first, so that a page view of the
 * shop loads the change recorder and nothing else.
 */
final class Plugin {

	/** @var self|null */
	private static $instance;

	/** @var array<string, object> Parts made so far, by class name. */
	private $parts = array();

	/** Called by the plugin's main file, and by nobody else. */
	public static function start(): void {
		self::$instance = new self();
		self::$instance->lifecycle()->register();
		add_action( 'plugins_loaded', array( self::$instance, 'boot' ), 20 );
	}

	public static function instance(): self {
		if ( null === self::$instance ) {
			self::$instance = new self();
		}
		return self::$instance;
	}

	/** Adds the hooks of all parts, or of the notice that says why not. */
	public function boot(): void {
		if ( ! $this->requirements()->met() ) {
			$this->requirements()->register();
			return;
		}
		$modules = array(
			$this->recorder(),
			$this->doorbell(),
			$this->webhooks(),
			$this->restAuthentication(),
			$this->restApi(),
			$this->mailSilence(),
			$this->healthMonitor(),
		);
		if ( is_admin() ) {
			$modules[] = $this->adminPage();
			$modules[] = $this->notices();
			$modules[] = $this->userDeletion();
			$modules[] = $this->productPanel();
			$modules[] = $this->orderPanel();
			$modules[] = $this->siteHealth();
			$modules[] = $this->systemStatus();
		}
		foreach ( $modules as $module ) {
			$module->register();
		}
		if ( defined( 'WP_CLI' ) && WP_CLI ) {
			\WP_CLI::add_command( 'dstnc', new Cli\Command( $this ) );
		}
	}

	// The change log and its delivery.

	public function changeLog(): Changes\ChangeLog {
		return $this->once( Changes\ChangeLog::class, static fn() => new Changes\ChangeLog() );
	}

	public function recorder(): Changes\ChangeRecorder {
		return $this->once( Changes\ChangeRecorder::class, fn() => new Changes\ChangeRecorder( $this ) );
	}

	public function doorbell(): Delivery\Doorbell {
		return $this->once( Delivery\Doorbell::class, fn() => new Delivery\Doorbell( $this ) );
	}

	public function catalogReader(): Catalog\CatalogReader {
		return $this->once( Catalog\CatalogReader::class, fn() => new Catalog\CatalogReader( $this->languages() ) );
	}

	public function languages(): Languages\Languages {
		return $this->once( Languages\Languages::class, static fn() => new Languages\Languages() );
	}

	// Orders from DSTNC.

	public function placements(): Orders\Placements {
		return $this->once( Orders\Placements::class, static fn() => new Orders\Placements() );
	}

	public function orderFinder(): Orders\OrderFinder {
		return $this->once( Orders\OrderFinder::class, static fn() => new Orders\OrderFinder() );
	}

	public function orderPlacer(): Orders\OrderPlacer {
		return $this->once( Orders\OrderPlacer::class, fn() => new Orders\OrderPlacer( $this->placements(), $this->orderFinder() ) );
	}

	public function orderCanceller(): Orders\OrderCanceller {
		return $this->once( Orders\OrderCanceller::class, fn() => new Orders\OrderCanceller( $this->placements(), $this->orderFinder() ) );
	}

	public function orderDesk(): Orders\OrderDesk {
		return $this->once( Orders\OrderDesk::class, fn() => new Orders\OrderDesk( $this->receiver(), $this->orderFinder() ) );
	}

	public function mailSilence(): Orders\MailSilence {
		return $this->once( Orders\MailSilence::class, static fn() => new Orders\MailSilence() );
	}

	// The connection.

	public function lifecycle(): Install\Lifecycle {
		return $this->once( Install\Lifecycle::class, fn() => new Install\Lifecycle( $this ) );
	}

	public function requirements(): Install\Requirements {
		return $this->once( Install\Requirements::class, static fn() => new Install\Requirements() );
	}

	public function connections(): Connection\ConnectionStore {
		return $this->once( Connection\ConnectionStore::class, static fn() => new Connection\ConnectionStore() );
	}

	public function siteIdentity(): Connection\SiteIdentity {
		return $this->once( Connection\SiteIdentity::class, static fn() => new Connection\SiteIdentity() );
	}

	public function apiKeys(): Connection\ApiKeys {
		return $this->once( Connection\ApiKeys::class, static fn() => new Connection\ApiKeys() );
	}

	public function webhooks(): Connection\Webhooks {
		return $this->once( Connection\Webhooks::class, fn() => new Connection\Webhooks( $this ) );
	}

	public function receiver(): Connection\ReceiverClient {
		return $this->once( Connection\ReceiverClient::class, fn() => new Connection\ReceiverClient( $this ) );
	}

	public function attempts(): Connection\AttemptRunner {
		return $this->once( Connection\AttemptRunner::class, fn() => new Connection\AttemptRunner( $this ) );
	}

	public function connectionManager(): Connection\ConnectionManager {
		return $this->once( Connection\ConnectionManager::class, fn() => new Connection\ConnectionManager( $this ) );
	}

	public function restAuthentication(): Rest\RestAuthentication {
		return $this->once( Rest\RestAuthentication::class, static fn() => new Rest\RestAuthentication() );
	}

	public function restApi(): Rest\RestApi {
		return $this->once( Rest\RestApi::class, fn() => new Rest\RestApi( $this ) );
	}

	// How it is, and telling so.

	public function activity(): Health\Activity {
		return $this->once( Health\Activity::class, static fn() => new Health\Activity() );
	}

	public function checks(): Health\Checks {
		return $this->once( Health\Checks::class, fn() => new Health\Checks( $this ) );
	}

	public function workingState(): Health\WorkingState {
		return $this->once( Health\WorkingState::class, static fn() => new Health\WorkingState() );
	}

	public function incidents(): Health\Incidents {
		return $this->once( Health\Incidents::class, fn() => new Health\Incidents( $this ) );
	}

	public function healthMonitor(): Health\HealthMonitor {
		return $this->once( Health\HealthMonitor::class, fn() => new Health\HealthMonitor( $this ) );
	}

	public function siteHealth(): Health\SiteHealth {
		return $this->once( Health\SiteHealth::class, fn() => new Health\SiteHealth( $this ) );
	}

	public function systemStatus(): Health\SystemStatus {
		return $this->once( Health\SystemStatus::class, fn() => new Health\SystemStatus( $this ) );
	}

	// wp-admin.

	public function adminPage(): Admin\AdminPage {
		return $this->once( Admin\AdminPage::class, static fn() => new Admin\AdminPage() );
	}

	public function notices(): Admin\Notices {
		return $this->once( Admin\Notices::class, fn() => new Admin\Notices( $this ) );
	}

	public function userDeletion(): Admin\UserDeletion {
		return $this->once( Admin\UserDeletion::class, fn() => new Admin\UserDeletion( $this ) );
	}

	public function productPanel(): Admin\ProductPanel {
		return $this->once( Admin\ProductPanel::class, fn() => new Admin\ProductPanel( $this ) );
	}

	public function orderPanel(): Admin\OrderPanel {
		return $this->once( Admin\OrderPanel::class, fn() => new Admin\OrderPanel( $this ) );
	}

	/**
	 * @template T of object
	 * @param class-string<T> $name
	 * @param callable(): T   $make
	 * @return T
	 */
	private function once( string $name, callable $make ): object {
		if ( ! isset( $this->parts[ $name ] ) ) {
			$this->parts[ $name ] = $make();
		}
		/** @var T */
		return $this->parts[ $name ];
	}
}
