import { createContext } from '@wordpress/element';

/** What stands below every problem's details: the shop and its versions, in English, for support. */
export const SupportFacts = createContext('');
