import { createContext, useContext, useEffect, useState } from '@wordpress/element';

/** Milliseconds that the shop's clock is ahead of this computer's. */
export const ShopClock = createContext(0);

/** The time by the shop's clock, in ms since 1970; looked at again every `everyMs`. */
export function useShopTime(everyMs: number): number {
  const offset = useContext(ShopClock);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now + offset;
}
