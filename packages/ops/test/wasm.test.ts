import { useBackend } from '../src/index.ts';
import { describeOpsConformance } from './conformance.ts';

describeOpsConformance('wasm', () => useBackend('wasm'));
