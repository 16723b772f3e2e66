/** The margins that raster, overview and strips share, so that their time axes stand under each other (CSS px). */
export const gutter = 150
export const rightMargin = 18
/** From the top of the raster to its first row. */
export const rasterTop = 6
