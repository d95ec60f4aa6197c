/** Checks an answer with `?proof=full` without a network, and without trusting who sent it. */
export { type ProofRefusal, ProofRefused } from './proof-refused.ts';
export type { ProofAnchor, ProvedAnswer, VerifyOptions, VerifySettings } from './types.ts';
export { verifyAnswer as verify } from './verify-answer.ts';
