import { useBackend } from '../src/index.ts';
import { describeOpsConformance } from './conformance.ts';

describeOpsConformance('native', () => useBackend('native', { native: { precision: 'float32' } }));
