// Decodes floating point formats of 8 and 16 bits into float32, through tables built from their
// definitions. Sources: IEEE 754-2019 (binary16), the OCP 8-bit floating point specification 1.0
// (E4M3, E5M2), the OCP microscaling specification 1.0 (E8M0), arXiv:2206.02915 (the FNUZ forms).

/** How a format uses its highest exponent, and which pattern is NaN. */
type SpecialValues =
  /** Highest exponent: infinity when the mantissa is 0, else NaN. */
  | 'ieee'
  /** No infinity; only the pattern with all bits but the sign set is NaN. */
  | 'finite'
  /** No infinity, no negative zero; only the pattern of negative zero is NaN. */
  | 'finite-unsigned-zero';

interface SmallFloatFormat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  readonly special: SpecialValues;
}

const FORMATS = {
  F16: { exponentBits: 5, mantissaBits: 10, bias: 15, special: 'ieee' },
  F8_E5M2: { exponentBits: 5, mantissaBits: 2, bias: 15, special: 'ieee' },
  F8_E4M3: { exponentBits: 4, mantissaBits: 3, bias: 7, special: 'finite' },
  F8_E5M2FNUZ: { exponentBits: 5, mantissaBits: 2, bias: 16, special: 'finite-unsigned-zero' },
  F8_E4M3FNUZ: { exponentBits: 4, mantissaBits: 3, bias: 8, special: 'finite-unsigned-zero' },
} as const satisfies Record<string, SmallFloatFormat>;

/** The dtypes that are decoded through a table. */
export type SmallFloatDtype = keyof typeof FORMATS | 'F8_E8M0';

const tables = new Map<SmallFloatDtype, Uint32Array>();

/** Decodes bit patterns into float32. Exact: every value of these formats is a float32; NaN stays NaN. */
export function decodeSmallFloats(
  dtype: SmallFloatDtype,
  patterns: Uint8Array | Uint16Array,
): Float32Array {
  let table = tables.get(dtype);
  if (table === undefined) {
    table = dtype === 'F8_E8M0' ? exponentTable() : decodingTable(FORMATS[dtype]);
    tables.set(dtype, table);
  }
  const decoded = new Uint32Array(patterns.length);
  for (let i = 0; i < patterns.length; i++) decoded[i] = table[patterns[i] ?? 0] ?? 0;
  return new Float32Array(decoded.buffer);
}

/** The float32 bits of every pattern of a format. */
function decodingTable(format: SmallFloatFormat): Uint32Array {
  const size = 2 ** (1 + format.exponentBits + format.mantissaBits);
  const bits = new Uint32Array(size);
  const values = new Float32Array(bits.buffer);
  for (let pattern = 0; pattern < size; pattern++) {
    const value = decodePattern(pattern, format);
    // NaN is written as bits: its sign and payload would be lost in a number.
    if (Number.isNaN(value)) bits[pattern] = nanBits(pattern, format);
    else values[pattern] = value;
  }
  return bits;
}

function decodePattern(pattern: number, format: SmallFloatFormat): number {
  const { exponentBits, mantissaBits, bias, special } = format;
  const signBit = 2 ** (exponentBits + mantissaBits);
  const highestExponent = 2 ** exponentBits - 1;
  const magnitude = pattern % signBit;
  const sign = pattern < signBit ? 1 : -1;
  const exponent = Math.floor(magnitude / 2 ** mantissaBits);
  const fraction = (magnitude % 2 ** mantissaBits) / 2 ** mantissaBits;

  if (special === 'ieee' && exponent === highestExponent) {
    return fraction === 0 ? sign * Infinity : NaN;
  }
  if (special === 'finite' && magnitude === signBit - 1) return NaN;
  if (special === 'finite-unsigned-zero' && pattern === signBit) return NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
  return sign * (1 + fraction) * 2 ** (exponent - bias);
}

/** A quiet float32 NaN of the pattern's sign, its mantissa moved to the top of the wider one. */
function nanBits(pattern: number, { exponentBits, mantissaBits }: SmallFloatFormat): number {
  const sign = pattern >>> (exponentBits + mantissaBits);
  const mantissa = pattern & (2 ** mantissaBits - 1);
  return ((sign << 31) | 0x7fc00000 | (mantissa << (23 - mantissaBits))) >>> 0;
}

/** E8M0 is a bare exponent: 2^(x - 127), with 255 for NaN. */
function exponentTable(): Uint32Array {
  const values = Float32Array.from({ length: 256 }, (_, exponent) => 2 ** (exponent - 127));
  values[255] = NaN;
  return new Uint32Array(values.buffer);
}
