/** A release of the solution, as its tags and environment name it: `v1.1.5-202403071513`. */
export interface Version {
  major: number;
  minor: number;
  micro: number;
  /** Build suffix, empty when there is none. */
  build: string;
}

/** Reads `v1.1.5`, `1.1.5` or `v1.1.5-202403071513`; undefined when it is no version. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-(\S+))?$/.exec(text.trim());
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), micro: Number(match[3]), build: match[4] ?? '' };
}

/** Is a release at or after another? Builds do not count. */
export function isAtLeast(version: Version, other: `${number}.${number}.${number}`): boolean {
  const [major = 0, minor = 0, micro = 0] = other.split('.').map(Number);
  if (version.major !== major) return version.major > major;
  if (version.minor !== minor) return version.minor > minor;
  return version.micro >= micro;
}

export function versionText(version: Version): string {
  return `v${String(version.major)}.${String(version.minor)}.${String(version.micro)}`;
}
