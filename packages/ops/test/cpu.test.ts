import { useBackend } from '../src/index.ts';
import { describeOpsConformance } from './conformance.ts';

describeOpsConformance('cpu', () => useBackend('cpu'));
