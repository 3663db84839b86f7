/**
 * Releases whose templates can be fetched, oldest first, with the build that each names itself by.
 * Releases are those of the public repository and its change log; builds other than 1.1.5's are made up.
 * Source: awslabs/clickstream-analytics-on-aws, CHANGELOG.md and buildspec.yml (form of the build)
 */
const RELEASES = [
  'v1.0.3-202310131530',
  'v1.1.5-202403071513',
  'v1.1.6-202405281030',
  'v1.1.7-202409201200',
  'v1.1.8-202410181200',
  'v1.1.13-202503101200',
] as const;

/** The full version of a release, for example of `v1.1.7`; undefined where its templates are not published. */
export function buildOf(release: string): string | undefined {
  return RELEASES.find((version) => version.startsWith(`${release}-`));
}
