#include "tools/pictures/formats/writers/jpeg_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <csetjmp>
#include <cstdio>  // before jpeglib.h, which needs it
#include <cstdlib>

#include <jpeglib.h>

#include "runtime/error.h"
#include "tools/pictures/formats/srgb_profile.h"
#include "tools/pictures/formats/writers/quantize.h"

namespace vggstyle {
namespace {

constexpr int kQuality = 95;
constexpr std::size_t kMostComment = 65533;

/// Everything that outlives a step; see jpeg_reader.cpp about longjmp.
struct Writer {
  Writer() = default;
  ~Writer() {
    jpeg_destroy_compress(&jpeg);
    std::free(bytes);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  jpeg_compress_struct jpeg{};  // zero: destroying it before it is created does nothing
  jpeg_error_mgr errors{};
  std::jmp_buf back{};
  char message[JMSG_LENGTH_MAX] = "";
  unsigned char* bytes = nullptr;  // from malloc
  unsigned long size = 0;
  std::vector<JSAMPLE> row;
  std::vector<std::uint8_t> profile;
  const std::string* comment = nullptr;
};

[[noreturn]] void on_error(j_common_ptr jpeg) {
  auto* writer = static_cast<Writer*>(jpeg->client_data);
  jpeg->err->format_message(jpeg, writer->message);
  std::longjmp(writer->back, 1);
}

void on_output(j_common_ptr) {}

/// The one place that libjpeg's errors come back to. False: the step failed, see `message`.
bool succeeds(Writer& writer, void (*step)(Writer&)) {
  if (setjmp(writer.back) != 0) return false;
  step(writer);
  return true;
}

void begin(Writer& writer) {
  jpeg_compress_struct& jpeg = writer.jpeg;
  const JDIMENSION width = jpeg.image_width, height = jpeg.image_height;
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &writer.bytes, &writer.size);
  jpeg.image_width = width;
  jpeg.image_height = height;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, kQuality, TRUE);
  for (int c = 0; c < jpeg.num_components; ++c) {
    jpeg.comp_info[c].h_samp_factor = jpeg.comp_info[c].v_samp_factor = 1;
  }
  jpeg.optimize_coding = TRUE;
  jpeg_start_compress(&jpeg, TRUE);
  jpeg_write_icc_profile(&jpeg, writer.profile.data(),
                         static_cast<unsigned>(writer.profile.size()));
}

void write_comment(Writer& writer) {
  jpeg_write_marker(&writer.jpeg, JPEG_COM, reinterpret_cast<const JOCTET*>(writer.comment->data()),
                    static_cast<unsigned>(std::min(writer.comment->size(), kMostComment)));
}

void write_row(Writer& writer) {
  JSAMPROW row = writer.row.data();
  jpeg_write_scanlines(&writer.jpeg, &row, 1);
}

void end(Writer& writer) {
  jpeg_finish_compress(&writer.jpeg);
}

}  // namespace

std::vector<std::uint8_t> encode_jpeg(const Picture& picture,
                                      const std::vector<std::string>& comments,
                                      const std::vector<std::uint8_t>& profile) {
  Writer writer;
  writer.jpeg.err = jpeg_std_error(&writer.errors);
  writer.errors.error_exit = on_error;
  writer.errors.output_message = on_output;
  writer.jpeg.client_data = &writer;
  writer.jpeg.image_width = static_cast<JDIMENSION>(picture.width);
  writer.jpeg.image_height = static_cast<JDIMENSION>(picture.height);
  writer.profile = profile.empty() ? srgb_profile() : profile;
  writer.row.resize(std::size_t{3} * writer.jpeg.image_width);
  const auto require = [&](void (*step)(Writer&)) {
    if (!succeeds(writer, step)) {
      throw InternalError(fmt::format("cannot encode a JPEG picture: {}", writer.message));
    }
  };
  require(begin);
  for (const std::string& comment : comments) {
    writer.comment = &comment;
    require(write_comment);
  }
  for (std::size_t y = 0; y < static_cast<std::size_t>(picture.height); ++y) {
    quantize_row(picture, nullptr, y, writer.row.data());
    require(write_row);
  }
  require(end);
  return {writer.bytes, writer.bytes + writer.size};
}

}  // namespace vggstyle
