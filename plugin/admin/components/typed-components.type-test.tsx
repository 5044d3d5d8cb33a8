import { Button } from '@wordpress/components';

// Mistakes on purpose. Should a second copy of React's types ever turn @wordpress/components into `any`, then nothing is wrong
// here any more, and the type check says so: it would have become blind for the whole page.

// @ts-expect-error: there is no such variant
export const wrongVariant = <Button variant="huge" />;

// @ts-expect-error: not a string
export const wrongHandler = <Button onClick="save" />;
