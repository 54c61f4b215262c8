#pragma once

#include <string>
#include <vector>

#include "tools/session/engine.h"
#include "tools/session/problem.h"
#include "tools/transfer/run.h"

namespace vggstyle {

/// A file that a run reads, and what it held when the run began; no checksum if it was a pipe.
struct InputFile {
  std::string path, what, checksum;
};

/// What a checkpoint says of its run, beside the optimiser's state: enough to ask for it again, and to know
/// that it is the same.
struct RunRecord {
  Invocation invocation;
  std::string folder;    ///< in which it was typed
  std::string settings;  ///< settings_text()
  std::string device;    ///< Device::id()
  std::string
      processor;  ///< for people: its name, the instructions that the program uses, and how many processes shared the picture
  std::string instructions;  ///< CpuKernels::word of the latter
  std::string process;       ///< this_process() of the run
  std::string weights;       ///< absolute path, or "synthetic:0"
  double memory = 0;         ///< ProblemSpec::memory
  std::vector<InputFile> inputs;
  int evaluations = 0;  ///< so far, of all sizes
  double seconds = 0;   ///< so far
};

/// Of a run that begins. Reads all input files, for their checksums.
RunRecord make_record(const RunRequest& request, const Engine& engine, const ProblemSpec& problem);

/// As JSON, and back; InputError, naming `path`, if that is none, or of another version of this program.
std::string text_of(const RunRecord& record);
RunRecord record_of(const std::string& text, const std::string& path);

/// The files that a run reads, without checksums: pictures and masks; and the weights.
std::vector<InputFile> input_pictures(const RunRequest& request);
std::vector<InputFile> input_files(const RunRequest& request, const Engine& engine);
/// Not so a pipe.
bool can_be_read_again(const InputFile& file);

/// InputError if the run is still going on, or a file that it reads is not there any more.
void check_stopped(const RunRecord& record, const std::string& path);
/// InputError, in one sentence that names it, for a file that is not what it was.
void check_inputs(const RunRecord& record, const RunRequest& request, const Engine& engine);
/// InputError, which names one, for settings that are not what they were.
void check_settings(const RunRecord& record, const ProblemSpec& problem, const Engine& engine);
/// What to tell of a processor that is another than the one before; "" if it is the same.
std::string changed_processor(const RunRecord& record, const Engine& engine);

}  // namespace vggstyle
