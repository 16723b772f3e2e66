/** Which trace is that of the latest run of this page, and what was changed in it by hand that its header does not say yet. */
import { computed, signal } from '@preact/signals'
import { type OpenTrace, trace } from '../traces.ts'
import { handChanges } from './live-run.ts'

/** As it was when the run began. */
export const runTrace = signal<OpenTrace | undefined>(undefined)

export const isRunShown = computed(() => trace.value !== undefined && trace.value.id === runTrace.value?.id)

/** Of the trace that is shown. When its run has ended, its header is read again and holds them. */
export const unwrittenChanges = computed(() => (trace.value !== undefined && trace.value.header === runTrace.value?.header ? handChanges.value : []))
