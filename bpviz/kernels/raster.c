/* Pooling of many values to what a screen can show, and the curves of a network's edges. */

#include <stdint.h>
#include <string.h>

/* ---- the strongest of many values ---------------------------------------------------------- */

enum { INFINITE = 0x7f800000, MAGNITUDE = 0x7fffffff };

static inline uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Grows with the magnitude and, of two signs, is larger for the positive one. NaN is largest. */
static inline uint32_t rank_of(float value) {
    const uint32_t bits = bits_of(value);
    return (bits << 1 | bits >> 31) ^ 1;
}

static inline uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

/*
 * Find the value of the largest magnitude, with its sign, in each block of a matrix.
 *
 * values          (rows, columns), `stride` values from row to row
 * factors         (rows), multiply the rows; may be NULL
 * row_bounds      (row_blocks + 1), the first row of each block, and the end of the last
 * column_bounds   (column_blocks + 1), likewise; the first of all is 0
 * best            (columns), scratch
 * pooled          (row_blocks, column_blocks), the bits of the values found
 */
void bp_strongest_of_blocks(const float *values, int64_t stride, const float *factors,
                            const int64_t *row_bounds, int64_t row_blocks,
                            const int64_t *column_bounds, int64_t column_blocks, uint32_t *best,
                            uint32_t *pooled) {
    const int64_t columns = column_bounds[column_blocks];
    for (int64_t block = 0; block < row_blocks; block++) {
        memset(best, 0, (size_t)columns * sizeof *best);
        for (int64_t row = row_bounds[block]; row < row_bounds[block + 1]; row++) {
            const float *in_row = values + row * stride;
            if (factors) {
                const float factor = factors[row];
                for (int64_t c = 0; c < columns; c++)
                    best[c] = larger(best[c], rank_of(factor * in_row[c]));
            } else {
                for (int64_t c = 0; c < columns; c++)
                    best[c] = larger(best[c], rank_of(in_row[c]));
            }
        }
        for (int64_t k = 0; k < column_blocks; k++) {
            uint32_t rank = 0;
            for (int64_t c = column_bounds[k]; c < column_bounds[k + 1]; c++)
                rank = larger(rank, best[c]);
            rank ^= 1;
            *pooled++ = rank >> 1 | rank << 31;
        }
    }
}

/* Return the bits of the largest finite magnitude of a matrix, plus 1; 0 if nothing is finite. */
uint32_t bp_largest_finite(const float *values, int64_t stride, const float *factors,
                           int64_t rows, int64_t columns) {
    uint32_t best = 0;
    for (int64_t row = 0; row < rows; row++) {
        const float *in_row = values + row * stride;
        const float factor = factors ? factors[row] : 1.0f;
        for (int64_t c = 0; c < columns; c++) {
            const uint32_t magnitude = bits_of(factor * in_row[c]) & MAGNITUDE;
            best = larger(best, magnitude < INFINITE ? magnitude + 1 : 0);
        }
    }
    return best;
}

/* ---- edges --------------------------------------------------------------------------------- */

/* Heights come in this fraction of a row. */
enum { FRACTION_BITS = 6, TILE_PX = 16, MAX_PLANES = 20 };

static inline int32_t smaller_of(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t larger_of(int32_t a, int32_t b) { return a > b ? a : b; }

/* Where the first of some ascending heights `shift` + h reaches a limit, at both sides or at one. */
static int64_t first_beyond(const int32_t *left, const int32_t *right, int64_t count,
                            int32_t left_shift, int32_t right_shift, int32_t limit, int both) {
    int64_t low = 0, high = count;
    while (low < high) {
        const int64_t middle = (low + high) / 2;
        const int32_t a = left_shift + left[middle], b = right_shift + right[middle];
        if ((both ? smaller_of(a, b) : larger_of(a, b)) < limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Spread a plane, whose levels stand for twice `half` rows each, into the one below. */
static void spread(const uint8_t *restrict above, uint8_t *restrict below, int32_t rows,
                   int32_t half) {
    for (int32_t row = 0; row < rows; row++)
        below[row] = below[row] > above[row] ? below[row] : above[row];
    below += half;
    for (int32_t row = 0; row < rows - half; row++)
        below[row] = below[row] > above[row] ? below[row] : above[row];
}

/* Raise bytes at some places to levels, if they are lower. */
static inline void raise_to(uint8_t *bytes, const int32_t *restrict places,
                            const uint8_t *restrict levels, int64_t count) {
    for (int64_t k = 0; k < count; k++) {
        uint8_t *byte = bytes + places[k];
        const uint8_t level = levels[k];
        *byte = *byte > level ? *byte : level;
    }
}

/*
 * Draw all curves within one column of samples. Of those that cross, the highest level wins.
 *
 * Each is a run of rows, from its height at the left of the column to that at the right: so there
 * are no holes, however steep it is. A run of any length is marked by two overlapping runs whose
 * length is a power of two: in plane k, a level at row r stands for the rows r to r + 2^k - 1. In
 * the end, each plane is spread into the one below. So a steep curve costs no more than a flat one.
 *
 * levels         (outer, inner)
 * outer_y        heights of the outer marks at the left, and `outer` further on at the right
 * inner_y        likewise; a curve's height is the sum of its marks' ones. Both ascend
 * thickness      rows of a flat curve
 * planes         scratch: MAX_PLANES of rows + 3 each
 * places         scratch: 2 * inner
 * samples        (rows)
 *
 * Returns how many runs there were.
 */
static int64_t draw_column(const uint8_t *levels, int64_t outer, int64_t inner,
                           const int32_t *outer_y, const int32_t *inner_y, int32_t thickness,
                           int32_t rows, uint8_t *planes, int32_t *places, uint8_t *samples) {
    const int32_t *outer_right = outer_y + outer, *inner_right = inner_y + inner;
    const int32_t stride = rows + 3;
    /* The least and the largest rise of a mark, for the longest run. */
    int32_t least[2] = {INT32_MAX, INT32_MAX}, most[2] = {INT32_MIN, INT32_MIN};
    for (int64_t i = 0; i < outer; i++) {
        least[0] = smaller_of(least[0], outer_right[i] - outer_y[i]);
        most[0] = larger_of(most[0], outer_right[i] - outer_y[i]);
    }
    for (int64_t j = 0; j < inner; j++) {
        least[1] = smaller_of(least[1], inner_right[j] - inner_y[j]);
        most[1] = larger_of(most[1], inner_right[j] - inner_y[j]);
    }
    const int32_t rise = larger_of(most[0] + most[1], -(least[0] + least[1]));
    const int32_t longest = smaller_of((rise >> FRACTION_BITS) + 2 + thickness, rows + 2);
    int used = 1;
    while (longest >> used)
        used++;
    memset(planes, 0, (size_t)used * (size_t)stride);

    const int32_t top_limit = (1 - thickness) * (1 << FRACTION_BITS);
    const int32_t bottom_limit = rows * (1 << FRACTION_BITS);
    int32_t *firsts = places, *seconds = places + inner;
    int64_t runs = 0;
    for (int64_t i = 0; i < outer; i++) {
        const int32_t left = outer_y[i], right = outer_right[i];
        const int64_t from =
            first_beyond(inner_y, inner_right, inner, left, right, top_limit, 0);
        const int64_t to =
            first_beyond(inner_y, inner_right, inner, left, right, bottom_limit, 1);
        const uint8_t *in_row = levels + i * inner;
        for (int64_t j = from; j < to; j++) {
            const int32_t a = (left + inner_y[j]) >> FRACTION_BITS;
            const int32_t b = (right + inner_right[j]) >> FRACTION_BITS;
            /* Row 0 and those after the last take what lies outside. */
            const int32_t top = smaller_of(larger_of(smaller_of(a, b) + 1, 0), rows + 1);
            const int32_t end =
                smaller_of(larger_of(larger_of(a, b) + 1 + thickness, 1), rows + 2);
            const float length = (float)(end - top);
            const uint32_t bits = bits_of(length);
            const int32_t plane = (int32_t)(bits >> 23) - 127;
            const uint32_t power_bits = bits & INFINITE;
            float power;
            memcpy(&power, &power_bits, sizeof power);
            firsts[j] = plane * stride + top;
            seconds[j] = plane * stride + end - (int32_t)power;
        }
        raise_to(planes, firsts + from, in_row + from, to - from);
        raise_to(planes, seconds + from, in_row + from, to - from);
        runs += to > from ? to - from : 0;
    }

    for (int plane = used - 1; plane > 0; plane--)
        spread(planes + plane * stride, planes + (plane - 1) * stride, stride, 1 << (plane - 1));
    memcpy(samples, planes + 1, (size_t)rows);
    return runs;
}

/* Return the mean of 1 << shift colours that were added up, as 0xAARRGGBB. */
static inline uint32_t mean_of(uint64_t sum, int shift) {
    const uint64_t lanes = 0x0001000100010001u;
    sum = (sum + ((lanes << shift) >> 1)) >> shift & 255 * lanes;
    sum |= sum >> 8; /* the odd lanes, to beside the even ones */
    return (uint32_t)(sum & 0xffff) | (uint32_t)(sum >> 16 & 0xffff0000u);
}

/*
 * Colour the pixels of columns of samples. A pixel has four samples above each other.
 *
 * The colours are volatile to be fetched one by one: vectors would gather them, at half the speed.
 */
static inline void colour_columns(const uint8_t *samples, int64_t width, int64_t height,
                                  int64_t across, const volatile uint64_t *colours,
                                  uint32_t *picture, int64_t stride) {
    const int64_t rows = 4 * height;
    const int shift = across == 2 ? 3 : 2;
    const uint32_t nothing = mean_of(colours[0] << shift, shift);
    for (int64_t y = 0; y < height; y++) {
        for (int64_t x = 0; x < width; x++) {
            const uint8_t *from = samples + x * across * rows + 4 * y;
            uint32_t any = 0;
            for (int64_t column = 0; column < across; column++) {
                uint32_t four;
                memcpy(&four, from + column * rows, sizeof four);
                any |= four;
            }
            if (!any) {
                picture[y * stride + x] = nothing;
                continue;
            }
            uint64_t sum = 0;
            for (int64_t column = 0; column < across; column++, from += rows) {
                uint32_t four;
                memcpy(&four, from, sizeof four);
                sum += colours[four & 255] + colours[four >> 8 & 255] + colours[four >> 16 & 255] +
                       colours[four >> 24];
            }
            picture[y * stride + x] = mean_of(sum, shift);
        }
    }
}

/*
 * Draw curves from a column of marks to the next, and colour them.
 *
 * A pixel is the mean colour of `across` by `down` samples.
 *
 * levels             (outer, inner)
 * outer_y, inner_y   (width * across + 1, marks), heights at the borders of the columns of
 *                    samples, in 1 / 64 sample
 * thickness          samples of a flat curve from above to below
 * colours            (256), of each level: premultiplied blue, green, red, alpha, 16 bits each
 * bytes, places      scratch: (MAX_PLANES + TILE_PX * across) * (height * down + 3), 2 * inner
 * picture            (height, width) in rows of `stride` pixels, 0xAARRGGBB premultiplied
 *
 * Returns how many runs of samples were drawn.
 */
int64_t bp_draw_edges(const uint8_t *levels, int64_t outer, int64_t inner, const int32_t *outer_y,
                      const int32_t *inner_y, int64_t thickness, int64_t across, int64_t down,
                      const uint64_t *colours, uint8_t *bytes, int32_t *places, uint32_t *picture,
                      int64_t width, int64_t height, int64_t stride) {
    const int64_t rows = height * down;
    uint8_t *samples = bytes + MAX_PLANES * (rows + 3);
    int64_t runs = 0;
    for (int64_t x0 = 0; x0 < width; x0 += TILE_PX) {
        const int64_t tile = width - x0 < TILE_PX ? width - x0 : TILE_PX;
        for (int64_t column = 0; column < tile * across; column++) {
            const int64_t border = x0 * across + column;
            runs += draw_column(levels, outer, inner, outer_y + border * outer,
                                inner_y + border * inner, (int32_t)thickness, (int32_t)rows, bytes,
                                places, samples + column * rows);
        }
        if (across == 2)
            colour_columns(samples, tile, height, 2, colours, picture + x0, stride);
        else
            colour_columns(samples, tile, height, 1, colours, picture + x0, stride);
    }
    return runs;
}
