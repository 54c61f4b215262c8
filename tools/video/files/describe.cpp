#include "tools/video/files/describe.h"

#include <map>
#include <nlohmann/json.hpp>
#include <span>

#include "tools/video/files/av.h"

namespace vggstyle {
namespace {

/// FNV-1a, over the bytes of several packets.
void add_bytes(std::uint64_t& checksum, std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) checksum = (checksum ^ byte) * 1099511628211ULL;
}

/// Of one stream.
struct Packets {
  int count = 0;
  std::uint64_t checksum = 14695981039346656037ULL;
  double first = 0, last = 0;  ///< seconds
};

}  // namespace

nlohmann::ordered_json describe_video(const std::string& path) {
  const AvInput file = open_av_file(path);
  std::map<int, Packets> packets;
  const AvPacket packet = make_packet();
  while (av_read_frame(file.get(), packet.get()) >= 0) {
    Packets& all = packets[packet->stream_index];
    const double time =
        static_cast<double>(packet->pts) * av_q2d(file->streams[packet->stream_index]->time_base);
    all.first = all.count == 0 ? time : std::min(all.first, time);
    all.last = std::max(all.last, time);
    ++all.count;
    add_bytes(all.checksum, {packet->data, static_cast<std::size_t>(packet->size)});
    av_packet_unref(packet.get());
  }
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (unsigned i = 0; i < file->nb_streams; ++i) {
    const AVCodecParameters& stream = *file->streams[i]->codecpar;
    const Packets& all = packets[static_cast<int>(i)];
    json.push_back({{"codec", avcodec_get_name(stream.codec_id)},
                    {"width", stream.width},
                    {"height", stream.height},
                    {"packets", all.count},
                    {"first", all.first},
                    {"last", all.last},
                    {"checksum", all.checksum}});
  }
  return json;
}

}  // namespace vggstyle
