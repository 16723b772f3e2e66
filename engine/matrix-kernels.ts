/** The kernels of full matrices by themselves, on a memory of the caller's: how fast a machine can be at best is measured with them. */
import { assembler } from './assembler.ts'
import { type GradedKernels, gradedKernels } from './kernels/graded.ts'

export async function matrixKernels(memory: WebAssembly.Memory): Promise<GradedKernels> {
  return (await assembler())<GradedKernels>('graded', gradedKernels('f32', false), memory)
}
