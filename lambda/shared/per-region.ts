/**
 * One of a kind a region, made when it is first asked for and kept for the life of the Lambda environment: SDK clients,
 * whose connections are worth keeping.
 */
export function perRegion<T>(make: (region: string) => T): (region: string) => T {
  const made = new Map<string, T>();
  return (region) => {
    const known = made.get(region);
    if (known !== undefined) return known;
    const fresh = make(region);
    made.set(region, fresh);
    return fresh;
  };
}
