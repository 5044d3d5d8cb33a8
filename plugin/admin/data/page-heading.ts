import { createContext } from '@wordpress/element';
import type { RefObject } from 'react';

/** The page's heading: it takes the focus where what had it goes away. */
export const PageHeading = createContext<RefObject<HTMLHeadingElement>>({ current: null });
