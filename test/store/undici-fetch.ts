import { install } from 'undici';

/**
 * A setup file: `fetch` is undici's own release instead of the one inside Node, which breaks an assertion outside of any promise, and
 * so ends the run, when a server closes a connection whose body waits to be read, as PHP's built-in server does
 * (https://github.com/nodejs/undici/issues/5360, mended there in 8.x).
 */
install();
