# What `cmake --install` puts where, and the packages that CPack makes of it. The tool finds vggstyle-read-weights beside
# itself and the house weights under ../share/vggstyle, so that an installed tree may be moved.

include(GNUInstallDirs)
install(TARGETS vggstyle vggstyle-read-weights)
if(ffmpeg_FOUND)
  install(TARGETS vggstyle-video-file)
endif()
install(FILES weights/house.h5 weights/HOUSE.md DESTINATION ${CMAKE_INSTALL_DATADIR}/vggstyle)
install(PROGRAMS weights/fetch.sh DESTINATION ${CMAKE_INSTALL_DATADIR}/vggstyle)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

# The libraries, for find_package(vggstyle): all that examples/texture.cpp embeds, for the CPU. Of the packages that
# CPack makes they are no part.
set(libraries runtime kernels net optim weights_file weights pictures)
set(targets vggstyle_settings vggstyle_dnnl vggstyle_hdf5)
foreach(library IN LISTS libraries)
  list(APPEND targets vggstyle_${library})
  set_target_properties(vggstyle_${library} PROPERTIES EXPORT_NAME ${library})
endforeach()
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/vggstyle)
install(TARGETS ${targets} EXPORT vggstyle ARCHIVE COMPONENT Development)
install(EXPORT vggstyle NAMESPACE vggstyle:: FILE vggstyle-targets.cmake DESTINATION ${package}
        COMPONENT Development)
include(CMakePackageConfigHelpers)
configure_file(tools/dev/cmake/vggstyle-config.cmake.in vggstyle-config.cmake @ONLY)
write_basic_package_version_file(vggstyle-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/vggstyle-config.cmake ${CMAKE_BINARY_DIR}/vggstyle-config-version.cmake
        DESTINATION ${package} COMPONENT Development)
foreach(room kernels net optim runtime weights tools/pictures)
  get_filename_component(floor ${room} DIRECTORY)
  install(DIRECTORY ${room} DESTINATION include/vggstyle/${floor} COMPONENT Development
          FILES_MATCHING PATTERN "*.h" PATTERN cpu EXCLUDE PATTERN cuda EXCLUDE
          PATTERN reader EXCLUDE PATTERN train EXCLUDE PATTERN precompiled.h EXCLUDE)
endforeach()

# Written by the tool itself.
set(made ${CMAKE_BINARY_DIR}/documentation)
install(CODE "file(MAKE_DIRECTORY \"${made}\")
foreach(what \"manual;vggstyle.1\" \"completion;bash;vggstyle\" \"completion;zsh;_vggstyle\" \"completion;fish;vggstyle.fish\")
  list(POP_BACK what name)
  execute_process(COMMAND \"$<TARGET_FILE:vggstyle>\" \${what} OUTPUT_FILE \"${made}/\${name}\" COMMAND_ERROR_IS_FATAL ANY)
endforeach()")
install(FILES ${made}/vggstyle.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${made}/vggstyle DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${made}/_vggstyle DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${made}/vggstyle.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};vggstyle;Unspecified;/")
set(CPACK_PACKAGE_CONTACT "the vggstyle project")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "style transfer by optimisation, and studies of what style is")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS fonts-dejavu-core)  # letters in sheets and contrived pictures
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS curl)            # fetch.sh
include(CPack)
