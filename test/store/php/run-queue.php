<?php
/**
 * Runs what is due in the Action Scheduler, until nothing is. `$args`: hook (null: every hook). Returns how many ran.
 *
 * Each action is run as the scheduler's own runner does, in its order; the runner itself would stop after a batch and a
 * time limit, and would do the housekeeping of a fresh store first.
 */

set_time_limit( 0 );
$ran = 0;
do {
	$query = array(
		'status'       => ActionScheduler_Store::STATUS_PENDING,
		'date'         => new DateTime( 'now', new DateTimeZone( 'UTC' ) ),
		'date_compare' => '<=',
		'orderby'      => 'date',
		'order'        => 'ASC',
		'per_page'     => 100,
	);
	if ( $args['hook'] ) {
		$query['hook'] = $args['hook'];
	}
	$due = ActionScheduler::store()->query_actions( $query );
	// As a scheduler orders them that were due in the same second: by their id, which is the order they were queued in.
	sort( $due, SORT_NUMERIC );
	foreach ( $due as $id ) {
		ActionScheduler_QueueRunner::instance()->process_action( $id );
		++$ran;
	}
} while ( $due );
return $ran;
