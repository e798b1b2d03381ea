/**
 * A logical unit number 0…16383, as people write it (the single-level forms of SAM-5, 4.7). On the wire it is eight bytes.
 */
export type Lun = number & { readonly __unit?: "Lun" };
