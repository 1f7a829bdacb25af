// JSON values: what cursors, callback states and log rows are made of.

/** A value that JSON can hold. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
