/** Runs a job for each of them, so many at a time, and gives the results in the order of the items. */
export async function someAtOnce<Item, Result>(
  items: readonly Item[],
  most: number,
  job: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await job(items[index] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return results;
}
