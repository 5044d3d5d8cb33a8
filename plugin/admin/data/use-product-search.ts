import { useEffect } from '@wordpress/element';
import { dstncApi } from '../api/dstnc-api.ts';
import type { ProductHit } from '../api/types.ts';
import { type RequestHandle, useRequest } from './use-request.ts';

/** Fewer characters find half the catalogue. */
const shortest = 2;

/** Looks for products a moment after the last key stroke. */
export function useProductSearch(search: string): RequestHandle<[string], ProductHit[]> {
  const request = useRequest(dstncApi.findProducts);
  const { run, clear } = request;
  const wanted = search.trim();
  useEffect(() => {
    if (wanted.length < shortest) {
      clear();
      return;
    }
    const timer = setTimeout(() => void run(wanted), 300);
    return () => clearTimeout(timer);
  }, [wanted, run, clear]);
  return request;
}
