/**
 * The smallest value that at least a share of all values doesn't exceed.
 *
 * @param share 0.5 is the median
 * @returns NaN where there are no values
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
