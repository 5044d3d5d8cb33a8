/** The version of the words between plugin and receiver that this code speaks. */
export const CONTRACT_VERSION = 1;

/** The oldest one that this receiver still serves: two before its own. An older plugin is told to update. */
export const OLDEST_CONTRACT_VERSION = Math.max(1, CONTRACT_VERSION - 2);
