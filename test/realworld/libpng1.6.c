/* The calls of libpng that read and write: what the simplified interface, the
 * sequential, the progressive reader and the writer consist of. An error leaves them
 * by longjmp, to a setjmp outside. */
#include "transaction_calls.h"
#include <png.h>

CALL(png_structp, png_create_read_struct,
     (png_const_charp v, png_voidp p, png_error_ptr e, png_error_ptr w), (v, p, e, w))
CALL(png_structp, png_create_write_struct,
     (png_const_charp v, png_voidp p, png_error_ptr e, png_error_ptr w), (v, p, e, w))
CALL(png_infop, png_create_info_struct, (png_const_structrp p), (p))
CALL_VOID(png_read_info, (png_structrp p, png_inforp i), (p, i))
CALL_VOID(png_read_update_info, (png_structrp p, png_inforp i), (p, i))
CALL_VOID(png_read_row, (png_structrp p, png_bytep r, png_bytep d), (p, r, d))
CALL_VOID(png_read_rows, (png_structrp p, png_bytepp r, png_bytepp d, png_uint_32 n),
          (p, r, d, n))
CALL_VOID(png_read_image, (png_structrp p, png_bytepp i), (p, i))
CALL_VOID(png_read_end, (png_structrp p, png_inforp i), (p, i))
CALL_VOID(png_read_png, (png_structrp p, png_inforp i, int t, png_voidp a), (p, i, t, a))
CALL_VOID(png_process_data, (png_structrp p, png_inforp i, png_bytep b, size_t n),
          (p, i, b, n))
CALL_VOID(png_write_info, (png_structrp p, png_const_inforp i), (p, i))
CALL_VOID(png_write_row, (png_structrp p, png_const_bytep r), (p, r))
CALL_VOID(png_write_image, (png_structrp p, png_bytepp i), (p, i))
CALL_VOID(png_write_end, (png_structrp p, png_inforp i), (p, i))
CALL_VOID(png_write_png, (png_structrp p, png_inforp i, int t, png_voidp a), (p, i, t, a))
CALL_VOID(png_destroy_read_struct, (png_structpp p, png_infopp i, png_infopp e), (p, i, e))
CALL_VOID(png_destroy_write_struct, (png_structpp p, png_infopp i), (p, i))
CALL(int, png_image_begin_read_from_memory, (png_imagep i, png_const_voidp m, size_t n),
     (i, m, n))
CALL(int, png_image_finish_read,
     (png_imagep i, png_const_colorp c, void *b, png_int_32 s, void *m), (i, c, b, s, m))
CALL(int, png_image_write_to_memory,
     (png_imagep i, void *m, png_alloc_size_t *n, int c, const void *b, png_int_32 s,
      const void *k),
     (i, m, n, c, b, s, k))
CALL_VOID(png_image_free, (png_imagep i), (i))
