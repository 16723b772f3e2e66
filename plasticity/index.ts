/** The learning rules that come with the program, one small file each; `rules` has them by the names scenarios use. */
import type { RuleDefinition } from '../engine/model.ts'
import { deltaRule } from './delta-rule.ts'
import {
  equilibriumPropagation, equilibriumPropagationCentred, equilibriumPropagationClamped, equilibriumPropagationContinuous,
  equilibriumPropagationDirected,
} from './equilibrium-propagation.ts'
import { inhibitoryStdp } from './inhibitory-stdp.ts'
import { kolenPollack } from './kolen-pollack.ts'
import { nearestSymmetricStdp, presynapticCentredStdp, restrictedSymmetricStdp } from './nearest-stdp.ts'
import { pairStdp } from './pair-stdp.ts'
import { rateDerivative, rateDerivativeStdp } from './rate-derivative.ts'
import { outputRateDifference, plateauDifference } from './segregated-dendrites.ts'
import { superspike } from './superspike.ts'
import { nearestTripletStdp, tripletStdp } from './triplet-stdp.ts'
import { weightMirror } from './weight-mirror.ts'

export {
  equilibriumPropagation, equilibriumPropagationCentred, equilibriumPropagationClamped, equilibriumPropagationContinuous, equilibriumPropagationDirected,
  deltaRule, inhibitoryStdp, kolenPollack, nearestSymmetricStdp, nearestTripletStdp, pairStdp, presynapticCentredStdp, rateDerivative, rateDerivativeStdp, restrictedSymmetricStdp, superspike, tripletStdp, weightMirror,
  outputRateDifference, plateauDifference,
}

const named = (...list: RuleDefinition[]): ReadonlyMap<string, RuleDefinition> => new Map(list.map((r) => [r.name, r]))

export const rules: ReadonlyMap<string, RuleDefinition> = named(
  pairStdp, nearestSymmetricStdp, presynapticCentredStdp, restrictedSymmetricStdp, tripletStdp, nearestTripletStdp, inhibitoryStdp, rateDerivative, rateDerivativeStdp, superspike,
  deltaRule, kolenPollack, weightMirror, equilibriumPropagation, equilibriumPropagationClamped, equilibriumPropagationCentred, equilibriumPropagationContinuous,
  equilibriumPropagationDirected, plateauDifference, outputRateDifference,
)
