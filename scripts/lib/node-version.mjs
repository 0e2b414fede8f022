// Stops with a clear message on a Node that is too old. Import it first: it uses nothing that an old Node lacks.

/** The oldest Node that runs this repository, major and minor. */
const oldestNode = { major: 20, minor: 19 };

/**
 * Whether a Node version such as `20.19.1` is new enough.
 * @param {string} version
 */
export function isNodeSupported(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor);
}

if (!isNodeSupported(process.versions.node)) {
  process.stderr.write(
    `This repository needs Node >= ${oldestNode.major}.${oldestNode.minor}; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Install a newer Node, then run the command again.\n',
  );
  process.exit(1);
}
