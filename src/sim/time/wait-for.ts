/** So much of wall time. @returns a promise that `cancel` resolves too, so that no timer is left of it */
export function waitFor(ms: number): { readonly promise: Promise<void>; readonly cancel: () => void } {
  let cancel = () => {};
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    cancel = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { promise, cancel };
}
