/** Stands in for the process that plays worlds: odd seeds are played, 2 dies, every other one is never heard of again. */
process.on('message', (/** @type {{ seed: number }} */ { seed }) => {
  if (seed === 2) process.exit(3);
  if (seed % 2 === 0) {
    process.send?.({ kind: 'alive', seed, events: 1, last: ['Check', 'Migrate events'] });
    return;
  }
  const row = { seed, state: 'SUCCEEDED', interruption: 'nothing', held: true, world: '', moves: [] };
  process.send?.({ kind: 'row', seed, row });
});
