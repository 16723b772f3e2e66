/** Distances of spike trains, each in its own file. */
export { type IsiEdges, isiDistance } from './isi-distance.ts'
export { spikeDistance } from './spike-distance.ts'
export { spikeSynchronisation } from './spike-synchronisation.ts'
export { vanRossum, vanRossumDoubleSquared, vanRossumMatrix, vanRossumSquared } from './van-rossum.ts'
export { victorPurpura } from './victor-purpura.ts'
