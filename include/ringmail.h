// ringmail: the log engine of a mail server. The C interface.
//
// Made by cbindgen of the rows of the catalogue and of src/capi: do not change it by hand.
//
// Open a log in this process with `ringmail_builder_start`, or that of another process with
// `ringmail_attach`. Then log events with `RINGMAIL_EMIT`:
//
//     RINGMAIL_EMIT(log, start_mid, .mid = mid, .icid = icid);
//     RINGMAIL_EMIT(log, recipient, .mid = mid, .icid = icid, .rid = 0,
//                   .to = RINGMAIL_LITERAL("user@example.com"));
//
// What is left out is absent, zero or empty. Each struct shows the line that it makes; what stands
// in ⟦⟧ is there if its member is. All structs begin with the same three members:
//
//     struct_size  the size of the struct; RINGMAIL_EMIT sets it
//     time         when it happened, in microseconds since 1970; 0: now
//     level        how important it is; 0: as the line says
//
// Versions: fields are only ever added at the end of a struct. A struct tells its size, and what
// lies behind the end of a caller's struct reads as absent: a program that was built with an older
// header works with a newer library. A newer header needs the library that it came with.
//
// Threads: a log may be used by all threads at a time, each of which gets a lane of its own; a
// builder by one at a time. Pointers are read while a function runs, and are not kept. No function
// changes errno; none may be called in a signal's handler.
//
// Wrong arguments (NULL, sizes, words) are refused, and `ringmail_last_error` tells what is wrong. A
// pointer that is neither NULL nor valid cannot be found out.


#ifndef RINGMAIL_H
#define RINGMAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RINGMAIL_VERSION "0.1.0"

// Logs an event: RINGMAIL_EMIT(log, start_mid, .mid = 7, .icid = 5). Gives a ringmail_outcome. At
// least one member has to be named; `.level = 0` does for an event that has none.
#define RINGMAIL_EMIT(log, event, ...)                                                    \
    ringmail_emit_##event((log), &(struct ringmail_##event){                              \
                                     .struct_size = sizeof(struct ringmail_##event),      \
                                     __VA_ARGS__})

// Adds a subscription: RINGMAIL_SUBSCRIBE(builder, .name = "mail_logs", .log_type = "text_mail").
// Gives a ringmail_error.
#define RINGMAIL_SUBSCRIBE(builder, ...)                                                  \
    ringmail_builder_subscribe((builder), &(struct ringmail_subscription){                \
                                              .struct_size =                              \
                                                  sizeof(struct ringmail_subscription),   \
                                              __VA_ARGS__})

// A text that is a literal; so many bytes; a string that ends with a 0, or NULL.
#define RINGMAIL_LITERAL(text) ((struct ringmail_str){("" text), sizeof(text) - 1})
#define RINGMAIL_BYTES(pointer, length) ((struct ringmail_str){(pointer), (length)})
#define RINGMAIL_STRING(text) ringmail_str_of(text)

// A number where one may be absent.
#define RINGMAIL_U64(number) ((struct ringmail_opt_u64){(number), true})

// The elements of an array of ringmail_str, ringmail_pair or recipients' numbers.
#define RINGMAIL_LIST(array) {(array), sizeof(array) / sizeof((array)[0])}


#define RINGMAIL_EVENT_NEW_ICID 1

#define RINGMAIL_EVENT_SBRS 2

#define RINGMAIL_EVENT_SENDER_GROUP 3

#define RINGMAIL_EVENT_ICID_TLS 4

#define RINGMAIL_EVENT_ICID_TLS_FAILED 5

#define RINGMAIL_EVENT_ICID_TLS_REQUIRED 6

#define RINGMAIL_EVENT_DELAYED_REJECT 7

#define RINGMAIL_EVENT_ICID_CLOSE 8

#define RINGMAIL_EVENT_ICID_LOST 9

#define RINGMAIL_EVENT_RECEIVING_FAILED 10

#define RINGMAIL_EVENT_SENDER_REJECTED 11

#define RINGMAIL_EVENT_SENDER_ALLOWED 12

#define RINGMAIL_EVENT_INVALID_SENDER 13

#define RINGMAIL_EVENT_INVALID_RECIPIENT 14

#define RINGMAIL_EVENT_RECIPIENT_REJECTED 15

#define RINGMAIL_EVENT_DISCONNECTED 16

#define RINGMAIL_EVENT_LOST_EARLY 17

#define RINGMAIL_EVENT_BAD_SYNTAX 18

#define RINGMAIL_EVENT_UNKNOWN_COMMAND 19

#define RINGMAIL_EVENT_QUEUE_DISCONNECTED 20

#define RINGMAIL_EVENT_CONNECTION_DROPPED 21

#define RINGMAIL_EVENT_ADDRESS_UNDETERMINED 22

#define RINGMAIL_EVENT_SMTP_AUTH 23

#define RINGMAIL_EVENT_SMTP_AUTH_FAILED 24

#define RINGMAIL_EVENT_ICID_KILLED 25

#define RINGMAIL_EVENT_DCID_KILLED 26

#define RINGMAIL_EVENT_START_MID 60

#define RINGMAIL_EVENT_SENDER 61

#define RINGMAIL_EVENT_RECIPIENT 62

#define RINGMAIL_EVENT_INVALID_BOUNCE 63

#define RINGMAIL_EVENT_INVALID_BOUNCE_TAGGED 64

#define RINGMAIL_EVENT_TLS_READ 65

#define RINGMAIL_EVENT_MESSAGE_ID 66

#define RINGMAIL_EVENT_SUBJECT 67

#define RINGMAIL_EVENT_READY 68

#define RINGMAIL_EVENT_POLICY_MATCH 69

#define RINGMAIL_EVENT_SPLIT 70

#define RINGMAIL_EVENT_SPLIT_BY_SAFELIST 71

#define RINGMAIL_EVENT_SPLIT_FAILED 72

#define RINGMAIL_EVENT_ATTACHMENT 73

#define RINGMAIL_EVENT_ATTACHMENT_TYPES 74

#define RINGMAIL_EVENT_INCOMING_RELAY 75

#define RINGMAIL_EVENT_TOO_BIG 76

#define RINGMAIL_EVENT_MASQUERADED_SENDER 77

#define RINGMAIL_EVENT_MASQUERADED_HEADER 78

#define RINGMAIL_EVENT_CUSTOM_LOG_ENTRY 79

#define RINGMAIL_EVENT_CHARSET_FAILED 80

#define RINGMAIL_EVENT_SCANNING_PROBLEM 81

#define RINGMAIL_EVENT_SCANNING_ERROR 82

#define RINGMAIL_EVENT_RECIPIENT_TOTAL 83

#define RINGMAIL_EVENT_SPF 100

#define RINGMAIL_EVENT_DKIM_PASS 101

#define RINGMAIL_EVENT_DKIM_PERM_FAIL 102

#define RINGMAIL_EVENT_DKIM_NO_PROFILE 103

#define RINGMAIL_EVENT_DKIM_SIGNING 104

#define RINGMAIL_EVENT_DKIM_CONTEXT 105

#define RINGMAIL_EVENT_DKIM 106

#define RINGMAIL_EVENT_DOMAIN_KEYS_NO_PROFILE 107

#define RINGMAIL_EVENT_DOMAIN_KEYS_SIGNED 108

#define RINGMAIL_EVENT_DOMAIN_KEYS_SIGNING 109

#define RINGMAIL_EVENT_DOMAIN_KEYS 110

#define RINGMAIL_EVENT_DMARC_VERIFICATION 111

#define RINGMAIL_EVENT_DMARC 112

#define RINGMAIL_EVENT_SDR_DOMAINS 113

#define RINGMAIL_EVENT_SDR_THREAT_LEVEL 114

#define RINGMAIL_EVENT_SDR_REPUTATION 115

#define RINGMAIL_EVENT_SDR_NOT_SCANNED 116

#define RINGMAIL_EVENT_SDR_TRACKER 117

#define RINGMAIL_EVENT_INTERIM_VERDICT 140

#define RINGMAIL_EVENT_VERDICT 141

#define RINGMAIL_EVENT_CACHED_VERDICT 142

#define RINGMAIL_EVENT_BRIGHTMAIL 143

#define RINGMAIL_EVENT_CASE_CACHE 144

#define RINGMAIL_EVENT_INTERIM_ANTIVIRUS 145

#define RINGMAIL_EVENT_ANTIVIRUS_NEGATIVE 146

#define RINGMAIL_EVENT_ANTIVIRUS_POSITIVE 147

#define RINGMAIL_EVENT_ANTIVIRUS_REPAIRED 148

#define RINGMAIL_EVENT_ANTIVIRUS_ENCRYPTED 149

#define RINGMAIL_EVENT_ANTIVIRUS_UNSCANNABLE 150

#define RINGMAIL_EVENT_AMP_VERDICT 151

#define RINGMAIL_EVENT_AMP_QUEUED 152

#define RINGMAIL_EVENT_AMP_SKIPPED 153

#define RINGMAIL_EVENT_OUTBREAK_VERDICT 154

#define RINGMAIL_EVENT_VIRUS_THREAT_LEVEL 155

#define RINGMAIL_EVENT_THREAT_LEVEL 156

#define RINGMAIL_EVENT_DLP_VIOLATION 157

#define RINGMAIL_EVENT_SDS_ERROR 158

#define RINGMAIL_EVENT_GRAYMAIL_TRACE 159

#define RINGMAIL_EVENT_GRAYMAIL_CONFIG 160

#define RINGMAIL_EVENT_UNSCANNABLE 161

#define RINGMAIL_EVENT_ECS_CLIENT_ONLY 162

#define RINGMAIL_EVENT_SPF_CACHED_VERDICT 163

#define RINGMAIL_EVENT_URL_NOT_SCANNED 200

#define RINGMAIL_EVENT_URL_EXPANDED 201

#define RINGMAIL_EVENT_URL_ACTION 202

#define RINGMAIL_EVENT_URL_CONDITION 203

#define RINGMAIL_EVENT_URL_MALICIOUS 204

#define RINGMAIL_EVENT_URL_EXPAND_FAILED 205

#define RINGMAIL_EVENT_ATTACHMENT_URL 206

#define RINGMAIL_EVENT_THREAT_FEED_URL 207

#define RINGMAIL_EVENT_GENERATED 220

#define RINGMAIL_EVENT_GENERATED_FOR_BOUNCE 221

#define RINGMAIL_EVENT_REWRITTEN 222

#define RINGMAIL_EVENT_DROPPED_BY_CONTENT_FILTER 223

#define RINGMAIL_EVENT_BOUNCED_BY_POLICY 224

#define RINGMAIL_EVENT_DROPPED_BY_POLICY 225

#define RINGMAIL_EVENT_QUARANTINED 250

#define RINGMAIL_EVENT_TRANSFER_QUEUED 251

#define RINGMAIL_EVENT_RELEASED 252

#define RINGMAIL_EVENT_DELETED 253

#define RINGMAIL_EVENT_RELEASED_FROM_ALL 254

#define RINGMAIL_EVENT_DELETED_FROM_ALL 255

#define RINGMAIL_EVENT_QUARANTINE_REASON 256

#define RINGMAIL_EVENT_SPAM_TAGGED 260

#define RINGMAIL_EVENT_SPAM_QUARANTINED 261

#define RINGMAIL_EVENT_SPAM_REINJECTED 262

#define RINGMAIL_EVENT_RPC_START 265

#define RINGMAIL_EVENT_RPC_DONE 266

#define RINGMAIL_EVENT_RPC_REJECTED 267

#define RINGMAIL_EVENT_RPC_CONNECTION 268

#define RINGMAIL_EVENT_RPC_LOOP 269

#define RINGMAIL_EVENT_QUEUED 290

#define RINGMAIL_EVENT_NEW_DCID 291

#define RINGMAIL_EVENT_DELIVERY_START 292

#define RINGMAIL_EVENT_DCID_TLS 293

#define RINGMAIL_EVENT_DCID_TLS_FAILED 294

#define RINGMAIL_EVENT_DCID_TLS_REQUIRED 295

#define RINGMAIL_EVENT_DONE 296

#define RINGMAIL_EVENT_RESPONSE 297

#define RINGMAIL_EVENT_BOUNCED 298

#define RINGMAIL_EVENT_DELAYED 299

#define RINGMAIL_EVENT_DOUBLE_BOUNCE 300

#define RINGMAIL_EVENT_PENDING 301

#define RINGMAIL_EVENT_FINISHED 302

#define RINGMAIL_EVENT_FINISHED_ABORTED 303

#define RINGMAIL_EVENT_DROPPED 304

#define RINGMAIL_EVENT_DROPPED_BY_FILTER 305

#define RINGMAIL_EVENT_BOUNCED_BY_FILTER 306

#define RINGMAIL_EVENT_ABORTED 307

#define RINGMAIL_EVENT_CONNECTION_ERROR 308

#define RINGMAIL_EVENT_POSSIBLE_DELIVERY 309

#define RINGMAIL_EVENT_RECIPIENTS_DELETED 310

#define RINGMAIL_EVENT_CONCURRENCY_REACHED 311

#define RINGMAIL_EVENT_GLOBAL_UNSUBSCRIBE 312

#define RINGMAIL_EVENT_ALIAS_MATCH 313

#define RINGMAIL_EVENT_LDAP_QUERY 314

#define RINGMAIL_EVENT_LDAP_LOOKUP 315

#define RINGMAIL_EVENT_LDAP_REQUEUED 316

#define RINGMAIL_EVENT_DCID_CLOSE 317

#define RINGMAIL_EVENT_DANE_TRY 350

#define RINGMAIL_EVENT_MX_FOUND 351

#define RINGMAIL_EVENT_DNS_QUESTION 352

#define RINGMAIL_EVENT_DNS_SET_ASKED 353

#define RINGMAIL_EVENT_DNS_SERVER_ASKED 354

#define RINGMAIL_EVENT_DNS_SENT 355

#define RINGMAIL_EVENT_DNSSEC_RESPONSE 356

#define RINGMAIL_EVENT_DNS_ENCACHE 357

#define RINGMAIL_EVENT_DNS_NO_DATA 358

#define RINGMAIL_EVENT_DNS_NX_DOMAIN 359

#define RINGMAIL_EVENT_NO_CNAME 360

#define RINGMAIL_EVENT_SECURE_CNAME 361

#define RINGMAIL_EVENT_ADDRESS_FOUND 362

#define RINGMAIL_EVENT_TLSA_BY_CNAME 363

#define RINGMAIL_EVENT_TLSA_BY_NAME 364

#define RINGMAIL_EVENT_TLSA_SECURE 365

#define RINGMAIL_EVENT_TLSA_BOGUS 366

#define RINGMAIL_EVENT_NO_TLSA 367

#define RINGMAIL_EVENT_TLSA_FAILED 368

#define RINGMAIL_EVENT_NEXT_MX 369

#define RINGMAIL_EVENT_TLS_FALLBACK 370

#define RINGMAIL_EVENT_ALL_MX_FAILED 371

#define RINGMAIL_EVENT_CERTIFICATE_VERIFIED 372

#define RINGMAIL_EVENT_DANE_FAILED_FOR_DOMAIN 373

#define RINGMAIL_EVENT_DANE_FAILED 374

#define RINGMAIL_EVENT_VAULT_HEALTHY 400

#define RINGMAIL_EVENT_PHISHING_EXPIRED 401

#define RINGMAIL_EVENT_PHISHING_EXPIRES 402

#define RINGMAIL_EVENT_PHISHING_KEY_MISSING 403

#define RINGMAIL_EVENT_PHISHING_KEY_INVALID 404

#define RINGMAIL_EVENT_SENDER_BASE_UPLOAD 405

#define RINGMAIL_EVENT_ALERT_SENT 406

#define RINGMAIL_EVENT_ALERT_MAIL_SENT 407

#define RINGMAIL_EVENT_ALERT_MAIL_ATTEMPT 408

#define RINGMAIL_EVENT_ALERT_MAIL_GIVEN_UP 409

#define RINGMAIL_EVENT_ALERT_MAIL_ERROR 410

#define RINGMAIL_EVENT_ALERT_FAILED 411

#define RINGMAIL_EVENT_KEY_EXPIRES 412

#define RINGMAIL_EVENT_URL_CATEGORIES_CHANGED 413

#define RINGMAIL_EVENT_URL_REPUTATION_CLIENT 414

#define RINGMAIL_EVENT_DNS_TEMPORARY_FAILURE 415

#define RINGMAIL_EVENT_MAIL_LAME_REFERRAL 416

#define RINGMAIL_EVENT_STATUS 510

#define RINGMAIL_EVENT_CLUSTER_CONNECTING 520

#define RINGMAIL_EVENT_CLUSTER_VERIFYING 521

#define RINGMAIL_EVENT_CLUSTER_SYNCHRONIZED 522

#define RINGMAIL_EVENT_INTER_CLUSTER_CONNECTED 523

#define RINGMAIL_EVENT_INTER_CLUSTER_POOL 524

#define RINGMAIL_EVENT_INTER_CLUSTER_COMMIT 525

#define RINGMAIL_EVENT_COMMIT 526

#define RINGMAIL_EVENT_LAME_REFERRAL 527

#define RINGMAIL_EVENT_DNS_BOOTSTRAP_FAILED 528

#define RINGMAIL_EVENT_DNS_NETWORK_ERROR 529

#define RINGMAIL_EVENT_DNS_INVALID_RESPONSE 530

#define RINGMAIL_EVENT_CLI_INPUT 600

#define RINGMAIL_EVENT_CLI_LOGIN 601

#define RINGMAIL_EVENT_CLI_BATCH 602

#define RINGMAIL_EVENT_CLI_LOGOUT 603

#define RINGMAIL_EVENT_FTP_COMING_UP 620

#define RINGMAIL_EVENT_FTP_CONNECTION 621

#define RINGMAIL_EVENT_FTP_LOGIN 622

#define RINGMAIL_EVENT_FTP_UPLOAD 623

#define RINGMAIL_EVENT_FTP_DOWNLOAD 624

#define RINGMAIL_EVENT_FTP_LOGOUT 625

#define RINGMAIL_EVENT_HTTP_REDIRECTING 640

#define RINGMAIL_EVENT_HTTP_LISTENING 641

#define RINGMAIL_EVENT_HTTP_REQUEST 642

#define RINGMAIL_EVENT_HTTP_AGENT_REQUEST 643

#define RINGMAIL_EVENT_HTTP_SESSION_UNKNOWN 644

#define RINGMAIL_EVENT_HTTP_SESSION_EXPIRED 645

#define RINGMAIL_EVENT_HTTP_SESSION_IDLE 646

#define RINGMAIL_EVENT_HTTP_SESSION_OPENED 647

#define RINGMAIL_EVENT_HTTP_TLS_ERROR 648

#define RINGMAIL_EVENT_HTTP_CONNECTION_ERROR 649

#define RINGMAIL_EVENT_HTTP_REPORTS 650

#define RINGMAIL_EVENT_HTTP_PASSPHRASE 651

#define RINGMAIL_EVENT_NTP_QUERY 670

#define RINGMAIL_EVENT_NTP_ADJUST 671

#define RINGMAIL_EVENT_NTP_TIME_CHANGED 672

#define RINGMAIL_EVENT_LDAP_MASQUERADE 680

#define RINGMAIL_EVENT_LDAP_CACHE_CLEARED 681

#define RINGMAIL_EVENT_LDAP_QUERYING 682

#define RINGMAIL_EVENT_LDAP_SUBSTITUTED 683

#define RINGMAIL_EVENT_LDAP_CONNECTING 684

#define RINGMAIL_EVENT_LDAP_CONNECTED 685

#define RINGMAIL_EVENT_LDAP_ANSWERED 686

#define RINGMAIL_EVENT_LDAP_RETURNING 687

#define RINGMAIL_EVENT_CASE_ENGINE 700

#define RINGMAIL_EVENT_GRAYMAIL_SAYS 710

#define RINGMAIL_EVENT_AV_UPDATE_CHECK 720

#define RINGMAIL_EVENT_AV_ENGINE_CURRENT 721

#define RINGMAIL_EVENT_AV_DEFINITIONS_CURRENT 722

#define RINGMAIL_EVENT_AV_RESULT 723

#define RINGMAIL_EVENT_AV_ERROR 724

#define RINGMAIL_EVENT_AV_VIRUS 725

#define RINGMAIL_EVENT_AV_LIMIT 726

#define RINGMAIL_EVENT_AV_TIMEOUT 727

#define RINGMAIL_EVENT_AMP_REPUTATION_READY 740

#define RINGMAIL_EVENT_AMP_FILE_TYPES 741

#define RINGMAIL_EVENT_AMP_ANALYSIS_READY 742

#define RINGMAIL_EVENT_AMP_QUERY_FAILED 743

#define RINGMAIL_EVENT_AMP_QUERY 744

#define RINGMAIL_EVENT_AMP_RESPONSE 745

#define RINGMAIL_EVENT_AMP_CLOUD_RESPONSE 746

#define RINGMAIL_EVENT_AMP_UPLOADED 748

#define RINGMAIL_EVENT_AMP_ANALYSIS_RUNNING 749

#define RINGMAIL_EVENT_AMP_ANALYSIS_DONE 750

#define RINGMAIL_EVENT_AMP_NOT_UPLOADED 751

#define RINGMAIL_EVENT_AMP_UPLOAD_SKIPPED 752

#define RINGMAIL_EVENT_AMP_UPLOAD_LIMIT 753

#define RINGMAIL_EVENT_AMP_RETROSPECTIVE 754

#define RINGMAIL_EVENT_SCAN_ALERT_ATTEMPT 770

#define RINGMAIL_EVENT_SCAN_ALERT_MAIL_SENT 771

#define RINGMAIL_EVENT_SCAN_ALERT_SENT 772

#define RINGMAIL_EVENT_SCAN_ALERT_GIVEN_UP 773

#define RINGMAIL_EVENT_SCAN_ALERT_MAIL_ERROR 774

#define RINGMAIL_EVENT_SCAN_ALERT_FAILED 775

#define RINGMAIL_EVENT_CONTENT_SCANNER 776

#define RINGMAIL_EVENT_ISQ_RELEASING 780

#define RINGMAIL_EVENT_ISQ_DELIVERING 781

#define RINGMAIL_EVENT_ISQ_RELEASED 782

#define RINGMAIL_EVENT_ISQ_LIMIT_ACTION 783

#define RINGMAIL_EVENT_ISQ_QUARANTINED 784

#define RINGMAIL_EVENT_ISQ_DELETED 785

#define RINGMAIL_EVENT_ISQ_SERVING 800

#define RINGMAIL_EVENT_ISQ_AUTHENTICATED 801

#define RINGMAIL_EVENT_ISQ_LOGOUT 802

#define RINGMAIL_EVENT_ISQ_LOGIN 803

#define RINGMAIL_EVENT_ISQ_AUTHENTICATION_FAILED 804

#define RINGMAIL_EVENT_SENT_TO_CLIENT 820

#define RINGMAIL_EVENT_RECEIVED_FROM_CLIENT 821

#define RINGMAIL_EVENT_SENT_TO_SERVER 825

#define RINGMAIL_EVENT_RECEIVED_FROM_SERVER 826

#define RINGMAIL_EVENT_SLBL_SNAPSHOT 830

#define RINGMAIL_EVENT_SLBL_ADD_FAILED 831

#define RINGMAIL_EVENT_SLBL_ADDED 832

#define RINGMAIL_EVENT_SLBL_SNAPSHOT_FAILED 833

#define RINGMAIL_EVENT_REPORT_PERIOD 840

#define RINGMAIL_EVENT_REPORT_UPDATE 841

#define RINGMAIL_EVENT_REPORT_CACHE 842

#define RINGMAIL_EVENT_REPORT_CHECKPOINT 843

#define RINGMAIL_EVENT_QUERY_INTERVAL_CLOSED 850

#define RINGMAIL_EVENT_QUERY_CLOSED 851

#define RINGMAIL_EVENT_QUERY_MERGE 852

#define RINGMAIL_EVENT_UPDATE_STARTED 860

#define RINGMAIL_EVENT_UPDATE_MANIFEST 861

#define RINGMAIL_EVENT_UPDATE_SPECIFIED 862

#define RINGMAIL_EVENT_UPDATE_SCHEDULED 863

#define RINGMAIL_EVENT_UPDATE_SIGNALLED 864

#define RINGMAIL_EVENT_UPDATE_PROCESSING 865

#define RINGMAIL_EVENT_UPDATE_STEP 866

#define RINGMAIL_EVENT_UPDATE_DOWNLOADING 867

#define RINGMAIL_EVENT_UPDATE_DECRYPTING 868

#define RINGMAIL_EVENT_UPDATE_APPLYING 869

#define RINGMAIL_EVENT_UPDATE_VERIFYING 870

#define RINGMAIL_EVENT_UPDATE_CLIENT_MANIFEST 871

#define RINGMAIL_EVENT_UPDATE_COMPLETED 872

#define RINGMAIL_EVENT_UPDATE_WAITING 873

#define RINGMAIL_EVENT_UPDATE_SKIPPED 874

#define RINGMAIL_EVENT_UPDATE_DISABLED 875

#define RINGMAIL_EVENT_UPDATE_KEY_DISABLED 876

#define RINGMAIL_EVENT_UPDATE_SESSION 877

#define RINGMAIL_EVENT_UPDATE_AUTOMATIC_DISABLED 878

#define RINGMAIL_EVENT_UPDATE_BACKUP 879

#define RINGMAIL_EVENT_UPDATE_ALERT_ATTEMPT 880

#define RINGMAIL_EVENT_TRACKING_MOVED 890

#define RINGMAIL_EVENT_TRACKING_TRANSFER 891

#define RINGMAIL_EVENT_LOGIN_SUCCEEDED 900

#define RINGMAIL_EVENT_LOGIN_FAILED 901

#define RINGMAIL_EVENT_WEB_LOGIN 902

#define RINGMAIL_EVENT_LOGIN_ATTEMPT_FAILED 903

#define RINGMAIL_EVENT_SESSION_LOGIN 904

#define RINGMAIL_EVENT_SESSION_LOGOUT 905

#define RINGMAIL_EVENT_CLI_IDLE 906

#define RINGMAIL_EVENT_WEB_IDLE 907

#define RINGMAIL_EVENT_SESSION_IDLE 908

#define RINGMAIL_EVENT_SSH_LOGOUT 909

#define RINGMAIL_EVENT_CONFIGURATION_PART 930

#define RINGMAIL_EVENT_UPGRADE_CHECKING 940

#define RINGMAIL_EVENT_UPGRADE_AVAILABLE 941

#define RINGMAIL_EVENT_UPGRADE_NONE 942

#define RINGMAIL_EVENT_UPGRADE_DOWNLOADING 943

#define RINGMAIL_EVENT_UPGRADE_PROGRESS 944

#define RINGMAIL_EVENT_UPGRADE_DOWNLOADED 945

#define RINGMAIL_EVENT_UPGRADE_DOWNLOAD_FAILED 946

#define RINGMAIL_EVENT_UPGRADE_INSTALLING 947

#define RINGMAIL_EVENT_UPGRADE_INSTALLED 948

#define RINGMAIL_EVENT_UPGRADE_INSTALL_FAILED 949

#define RINGMAIL_EVENT_API_STARTED 960

#define RINGMAIL_EVENT_API_STOPPED 961

#define RINGMAIL_EVENT_API_CONNECTION 962

#define RINGMAIL_EVENT_API_CONNECTION_CLOSED 963

#define RINGMAIL_EVENT_API_CONNECTION_FAILED 964

#define RINGMAIL_EVENT_API_AUTHENTICATED 965

#define RINGMAIL_EVENT_API_AUTHENTICATION_FAILED 966

#define RINGMAIL_EVENT_API_REQUEST 967

#define RINGMAIL_EVENT_API_REQUEST_ERROR 968

#define RINGMAIL_EVENT_API_NETWORK_ERROR 969

#define RINGMAIL_EVENT_CSN_NOT_REGISTERED 980

#define RINGMAIL_EVENT_CSN_UPLOAD_FAILED 981

#define RINGMAIL_EVENT_CSN_UPLOADED 982

#define RINGMAIL_EVENT_CSN_DATA 983

#define RINGMAIL_EVENT_EAAS_NOT_FORWARDED 990

#define RINGMAIL_EVENT_EAAS_EXPIRED 991

#define RINGMAIL_EVENT_EAAS_EXPIRES 992

#define RINGMAIL_EVENT_AUDIT_EVENT 1000

#define RINGMAIL_EVENT_AUDIT_CHANGE 1001

#define RINGMAIL_EVENT_AUDIT_API_ERROR 1002

#define RINGMAIL_EVENT_CSA_DOWNLOAD_FAILED 1020

#define RINGMAIL_EVENT_CSA_REPORT_API_DISABLED 1021

#define RINGMAIL_EVENT_CSA_LIST_EMPTY 1022

#define RINGMAIL_EVENT_CSA_EXPIRES 1023

#define RINGMAIL_EVENT_CSA_EXPIRED 1024

#define RINGMAIL_EVENT_REMEDIATION_NO_MATCH 1040

#define RINGMAIL_EVENT_REMEDIATION_DONE 1041

#define RINGMAIL_EVENT_REMEDIATION_FAILED 1042

#define RINGMAIL_EVENT_ECS_QUERY_FAILED 1050

#define RINGMAIL_EVENT_FEED_JOB_FAILED 1060

#define RINGMAIL_EVENT_FEED_SCHEDULED 1061

#define RINGMAIL_EVENT_FEED_STARTED 1062

#define RINGMAIL_EVENT_FEED_FETCHING 1063

#define RINGMAIL_EVENT_FEED_FETCHED 1064

#define RINGMAIL_EVENT_FEED_FAILED 1065

#define RINGMAIL_EVENT_ENCRYPTION_QUEUED 1080

#define RINGMAIL_EVENT_ENCRYPTION_DONE 1081

#define RINGMAIL_EVENT_ENCRYPTION_FAILED 1082

#define RINGMAIL_EVENT_ENCRYPTION_DELAYED 1083

#define RINGMAIL_EVENT_ENCRYPTION_KEY 1084

#define RINGMAIL_EVENT_ENCRYPTION_SERVER_UP 1085

#define RINGMAIL_EVENT_ENCRYPTION_SERVER_DOWN 1086

#define RINGMAIL_EVENT_ENCRYPTION_PROVISIONED 1087

#define RINGMAIL_EVENT_ARCHIVE_PART 1100

#define RINGMAIL_EVENT_QMAIL_NEW 1110

#define RINGMAIL_EVENT_QMAIL_INFO 1111

#define RINGMAIL_EVENT_QMAIL_STARTING 1112

#define RINGMAIL_EVENT_QMAIL_SUCCESS 1113

#define RINGMAIL_EVENT_QMAIL_FAILURE 1114

#define RINGMAIL_EVENT_QMAIL_DEFERRAL 1115

#define RINGMAIL_EVENT_QMAIL_STATUS 1116

#define RINGMAIL_EVENT_QMAIL_BOUNCE 1117

#define RINGMAIL_EVENT_QMAIL_END 1118

#define RINGMAIL_EVENT_CONSOLIDATED_LINE 1120

#define RINGMAIL_EVENT_MESSAGE_FIELD 1121

#define RINGMAIL_EVENT_MESSAGE_HEADERS 1122

#define RINGMAIL_EVENT_EVENTS_LOST 1501

#define RINGMAIL_EVENT_RATE_LIMITED 1502

#define RINGMAIL_EVENT_WRITE_FAILED 1503

#define RINGMAIL_EVENT_WRITE_RESUMED 1504

#define RINGMAIL_EVENT_CLOCK_STEPPED 1505

#define RINGMAIL_EVENT_WORKER_PANICKED 1506

#define RINGMAIL_EVENT_STAMPS_AHEAD 1507

#define RINGMAIL_EVENT_RECORDS_MALFORMED 1508

#define RINGMAIL_EVENT_FIELDS_CUT 1509

#define RINGMAIL_EVENT_PUSH_FAILED 1510

#define RINGMAIL_EVENT_MESSAGES_GIVEN_UP 1511

#define RINGMAIL_EVENT_RECORDING_ENDED 1512

#define RINGMAIL_EVENT_INPUT_FAILED 1513

#define RINGMAIL_EVENT_LINES_REFUSED 1514

#define RINGMAIL_EVENT_LANES_TAKEN_UP 1515

#define RINGMAIL_EVENT_PUSH_EXPLAINED 1516

#define RINGMAIL_EVENT_PUSH_RESUMED 1517

#define RINGMAIL_EVENT_PUSH_WARNED 1518

#define RINGMAIL_EVENT_LOG_BEGIN 1520

#define RINGMAIL_EVENT_LOG_VERSION 1521

#define RINGMAIL_EVENT_TIME_OFFSET 1522

#define RINGMAIL_EVENT_LOG_END 1523

#define RINGMAIL_EVENT_COMING_UP 1524

#define RINGMAIL_EVENT_TEXT_LINE 1530

// How a call went. `ringmail_last_error` tells more.
typedef enum ringmail_error {
    // It is done.
    RINGMAIL_OK = 0,
    // An argument is wrong: NULL where something is needed, a size, a word, text that is no UTF-8.
    RINGMAIL_ERROR_ARGUMENT = 1,
    // The options are not allowed, or not together.
    RINGMAIL_ERROR_CONFIG = 2,
    // Something that was read has not the form that it should have.
    RINGMAIL_ERROR_INPUT = 3,
    // The operating system refused something.
    RINGMAIL_ERROR_IO = 4,
    // The engine runs in another process, which alone can do this.
    RINGMAIL_ERROR_ELSEWHERE = 5,
    // The library is at fault.
    RINGMAIL_ERROR_INTERNAL = 6,
} ringmail_error;

// How important an event is. A subscription of a level takes it and all more important ones.
enum ringmail_level
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // Not said: that of the event's row; for a subscription, information.
    RINGMAIL_LEVEL_DEFAULT = 0,
    // Errors only. Never rate limited.
    RINGMAIL_LEVEL_CRITICAL = 1,
    // Errors and warnings.
    RINGMAIL_LEVEL_WARNING = 2,
    // The second-by-second working.
    RINGMAIL_LEVEL_INFO = 3,
    // For tracing errors, temporarily.
    RINGMAIL_LEVEL_DEBUG = 4,
    // For developers; heavy.
    RINGMAIL_LEVEL_TRACE = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ringmail_level ringmail_level;
#else
typedef uint32_t ringmail_level;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// The stamps of qmail-format logs.
enum ringmail_qmail_stamp
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // Not said: TAI64N.
    RINGMAIL_QMAIL_STAMP_DEFAULT = 0,
    // As multilog writes it.
    RINGMAIL_QMAIL_STAMP_TAI64N = 1,
    // Seconds since 1970 with six decimals, as splogger writes it.
    RINGMAIL_QMAIL_STAMP_EPOCH = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ringmail_qmail_stamp ringmail_qmail_stamp;
#else
typedef uint32_t ringmail_qmail_stamp;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What emitting does when the thread's lane is full.
enum ringmail_full_lane
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // Waits until there is room, as long as `ringmail_builder_full_lane` says.
    RINGMAIL_FULL_LANE_BLOCK = 0,
    // Sheds the event at once; the last eighth is kept for what is important.
    RINGMAIL_FULL_LANE_DROP = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ringmail_full_lane ringmail_full_lane;
#else
typedef uint32_t ringmail_full_lane;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// How lines of different threads and processes are ordered.
enum ringmail_order
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // If one call returned before another began, its line comes first.
    RINGMAIL_ORDER_CAUSAL = 0,
    // By a coarse clock: a little faster.
    RINGMAIL_ORDER_RELAXED = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ringmail_order ringmail_order;
#else
typedef uint32_t ringmail_order;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What became of an event.
typedef enum ringmail_outcome {
    // It is in the thread's lane: visible to the formatter, and to recovery.
    RINGMAIL_ACCEPTED = 0,
    // No subscription wants events of this kind: nothing was done, nothing is counted.
    RINGMAIL_UNWANTED = 1,
    // It was shed and counted: the lane was full for as long as the policy waits.
    RINGMAIL_SHED_LANE_FULL = 2,
    // It was shed and counted: the engine has been shut down.
    RINGMAIL_SHED_CLOSED = 3,
    // It was shed and counted: there is no memory for a lane, or the thread is ending.
    RINGMAIL_SHED_NO_LANE = 4,
    // It was shed and counted: the library has encoded it wrongly.
    RINGMAIL_SHED_MALFORMED = 5,
    // The arguments were wrong and nothing was done: `ringmail_last_error` tells what.
    RINGMAIL_REFUSED = -1,
} ringmail_outcome;

// What the mail flow policy of a sender group does with a connection.
enum ringmail_action
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // The connection is accepted, its recipients are checked.
    RINGMAIL_ACTION_ACCEPT = 0,
    // The connection is accepted, its recipients are not checked.
    RINGMAIL_ACTION_RELAY = 1,
    // The connection is answered with a refusal.
    RINGMAIL_ACTION_REJECT = 2,
    // The connection is refused below SMTP.
    RINGMAIL_ACTION_TCP_REFUSE = 3,
    // The next sender group decides.
    RINGMAIL_ACTION_CONTINUE = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ringmail_action ringmail_action;
#else
typedef uint32_t ringmail_action;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Why a recipient bounced, as the status counters sort it.
enum ringmail_bounce_cause
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // None of the others.
    RINGMAIL_BOUNCE_CAUSE_OTHER = 0,
    // The domain has no address, or the DNS gave a final error.
    RINGMAIL_BOUNCE_CAUSE_DNS = 1,
    // The other server answered with a code from 500.
    RINGMAIL_BOUNCE_CAUSE_SMTP5XX = 2,
    // A filter of ours bounced it.
    RINGMAIL_BOUNCE_CAUSE_FILTER = 3,
    // It was queued for longer than allowed.
    RINGMAIL_BOUNCE_CAUSE_EXPIRED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ringmail_bounce_cause ringmail_bounce_cause;
#else
typedef uint32_t ringmail_bounce_cause;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What DNSSEC says of a record.
enum ringmail_dns_security
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // It is signed, and the signature is right.
    RINGMAIL_DNS_SECURITY_SECURE = 0,
    // It is not signed.
    RINGMAIL_DNS_SECURITY_INSECURE = 1,
    // It is signed wrongly.
    RINGMAIL_DNS_SECURITY_BOGUS = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ringmail_dns_security ringmail_dns_security;
#else
typedef uint32_t ringmail_dns_security;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Which of the archives a message goes to.
enum ringmail_archive
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    // That of the file analysis.
    RINGMAIL_ARCHIVE_AMP = 0,
    // That of the anti-spam engine.
    RINGMAIL_ARCHIVE_ANTI_SPAM = 1,
    // That of the anti-virus engines.
    RINGMAIL_ARCHIVE_ANTI_VIRUS = 2,
    // That of the graymail engine.
    RINGMAIL_ARCHIVE_GRAYMAIL = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ringmail_archive ringmail_archive;
#else
typedef uint32_t ringmail_archive;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// The options of an engine that is to run in this process. One thread at a time may use it.
typedef struct ringmail_builder ringmail_builder;

// An open log: an engine in this process, or the way to one in another.
//
// All threads may use it at a time; each that emits gets a lane of its own, which is kept until the
// thread ends. After a fork the child may go on to emit with it, where the log has a run directory.
typedef struct ringmail_log ringmail_log;

// Text: bytes as they came, in any encoding. NULL and 0: no text.
//
// It is read while the function runs, and not kept. A text over 8192 bytes is cut at a character
// and ends in `...`.
typedef struct ringmail_str {
    // The first byte; no 0 is needed at the end.
    const char *ptr;
    // The number of bytes.
    size_t len;
} ringmail_str;

// A named log: what goes into it, and where it is. What is left out has its default.
typedef struct ringmail_subscription {
    // The size of this struct; `RINGMAIL_SUBSCRIBE` sets it.
    size_t struct_size;
    // Its name, also that of its directory and files: letters, digits, `-`, `_`, `.`. Needed.
    const char *name;
    // Its type, as `ringmail types` lists them: `text_mail`, `bounce` ... Needed.
    const char *log_type;
    // Where its directory is made. NULL: where the builder says.
    const char *directory;
    // The name of the files, where it differs from the subscription's. NULL: it does not.
    const char *file_name;
    // Whose spelling to write (`7.6`, `15.0` ...). NULL: as the builder says.
    const char *dialect;
    // The least important level that is written. 0: information.
    ringmail_level level;
    // The mode of the files, of which the umask is taken away. 0: 0640.
    uint32_t mode;
    // No more events than this in each `rate_limit_seconds`. 0: any number.
    uint64_t rate_limit;
    // 0: 10 seconds.
    uint64_t rate_limit_seconds;
    // Begins a new file before this size. 0: 100 MiB; `UINT64_MAX`: at no size.
    uint64_t rollover_bytes;
    // Begins a new file so long after the last. 0: not by age.
    uint64_t rollover_seconds;
    // Begins a new file at these local times (`00:00, 12:30`). NULL: at none.
    const char *rollover_times;
    // On which days `rollover_times` are meant (`1-5`, `Sat,Sun`). NULL: on all.
    const char *rollover_days;
    // How many files are kept, the open one included. 0: 10.
    size_t keep_files;
    // How many bytes all files together may have. 0: any number.
    uint64_t keep_bytes;
    // How long a closed file is kept. 0: as long as the other two let it.
    uint64_t keep_seconds;
    // When lines are brought to the disk: so long after the last time. 0: when the kernel likes;
    // `UINT64_MAX`: behind each batch.
    uint64_t fsync_ms;
    // For bounce logs: how many bytes of the message to show. 0: none.
    size_t message_bytes;
    // For logs of SMTP dialogues: how many sessions to record. 0: not said.
    uint64_t sessions;
    // For logs of SMTP dialogues: whose sessions: addresses, networks, names, `*`.
    const char *const *peers;
    // How many `peers` there are. 0: not said.
    size_t peer_count;
    // For consolidated event logs: the fields of the lines.
    const char *const *cef_fields;
    // How many `cef_fields` there are. 0: the least.
    size_t cef_field_count;
    // For qmail-format logs: the stamps. 0: TAI64N.
    ringmail_qmail_stamp qmail_stamp;
    // Zero: room for options to come.
    uint8_t reserved[4];
} ringmail_subscription;

// An IP address. `ringmail_ip_of` makes it of a socket's address.
typedef struct ringmail_ip {
    // The address in network order; the first four bytes when `family` is 4.
    uint8_t bytes[16];
    // 4, 6, or 0 for none, which shows as 0.0.0.0 where an address is needed.
    uint8_t family;
} ringmail_ip;

// A client connected to the system.
//
// `Info: New SMTP ICID {icid} interface {interface} ({interface_ip}) address {ip} reverse dns host {host} verified {verified}`
//
// Event 1.
typedef struct ringmail_new_icid {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The interface that the connection came in on, by name.
    struct ringmail_str interface;
    // The interface's own address.
    struct ringmail_ip interface_ip;
    // The other side's address.
    struct ringmail_ip ip;
    // The host name of the address, `unknown` when there is none.
    struct ringmail_str host;
    // Whether the host name leads back to the address.
    bool verified;
    // The listener that accepted the connection.
    struct ringmail_str listener;
} ringmail_new_icid;

// The reputation score of a client, where no sender group is told.
//
// `Info: ICID {icid} SBRS {sbrs}`
//
// Event 2.
typedef struct ringmail_sbrs {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The reputation score with one decimal, -10.0 to 10.0, or why there is none.
    struct ringmail_str sbrs;
} ringmail_sbrs;

// A sender group matched a client, and its policy decided what is done with the connection.
//
// `Info: ICID {icid} {action} SG {group} match {condition}⟦ SBRS {sbrs}⟧⟦ ipr not enabled⟧⟦ country {country}⟧`
//
// Event 3.
typedef struct ringmail_sender_group {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // What the policy does with the connection.
    ringmail_action action;
    // The sender group.
    struct ringmail_str group;
    // What matched: `sbrs[-1.0:10.0]`, `country[us]`, an address range, a domain, `ALL`.
    struct ringmail_str condition;
    // The reputation score with one decimal, -10.0 to 10.0, or why there is none.
    // A NULL `ptr`: absent.
    struct ringmail_str sbrs;
    // Whether the line says `ipr_not_enabled`.
    bool ipr_not_enabled;
    // The country of the address, or why it is not known.
    // A NULL `ptr`: absent.
    struct ringmail_str country;
} ringmail_sender_group;

// A client switched to TLS.
//
// `Info: ICID {icid} TLS success⟦ protocol {protocol}⟧⟦ cipher {cipher}⟧`
//
// Event 4.
typedef struct ringmail_icid_tls {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The protocol and its version.
    // A NULL `ptr`: absent.
    struct ringmail_str protocol;
    // The cipher suite, by its name in the TLS library.
    // A NULL `ptr`: absent.
    struct ringmail_str cipher;
} ringmail_icid_tls;

// A client tried to switch to TLS and failed.
//
// `Info: ICID {icid} TLS failed⟦: {error}⟧`
//
// Event 5.
typedef struct ringmail_icid_tls_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // What went wrong.
    // A NULL `ptr`: absent.
    struct ringmail_str error;
} ringmail_icid_tls_failed;

// A client did not switch to TLS although its policy demands it.
//
// `Info: ICID {icid} TLS was required but remote host did not initiate it`
//
// Event 6.
typedef struct ringmail_icid_tls_required {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
} ringmail_icid_tls_required;

// A client is refused only after its recipients are logged.
//
// `Info: ICID {icid} Delayed HAT REJECT continuing session for recipient logging ({ip})`
//
// Event 7.
typedef struct ringmail_delayed_reject {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The other side's address.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_delayed_reject;

// An injection connection is closed.
//
// `Info: ICID {icid} close`
//
// Event 8.
typedef struct ringmail_icid_close {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
} ringmail_icid_close;

// An injection connection broke; a close follows.
//
// `Info: ICID {icid} lost`
//
// Event 9.
typedef struct ringmail_icid_lost {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
} ringmail_icid_lost;

// A message could not be received.
//
// `Info: ICID {icid} Receiving Failed: {error}`
//
// Event 10.
typedef struct ringmail_receiving_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // What went wrong.
    struct ringmail_str error;
} ringmail_receiving_failed;

// A sender was refused.
//
// `Info: ICID {icid} Address: <{address}> sender rejected, {reason}`
//
// Event 11.
typedef struct ringmail_sender_rejected {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The address, without angle brackets.
    struct ringmail_str address;
    // Why.
    struct ringmail_str reason;
} ringmail_sender_rejected;

// A sender was let through by an exception.
//
// `Info: ICID {icid} Address: <{address}> sender allowed, {reason}`
//
// Event 12.
typedef struct ringmail_sender_allowed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The address, without angle brackets.
    struct ringmail_str address;
    // Why.
    struct ringmail_str reason;
} ringmail_sender_allowed;

// A sender's address has no valid form.
//
// `Info: ICID {icid} Invalid sender address: {address}`
//
// Event 13.
typedef struct ringmail_invalid_sender {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The address, without angle brackets.
    struct ringmail_str address;
} ringmail_invalid_sender;

// A recipient's address has no valid form.
//
// `Info: ICID {icid} MID {mid} Invalid recipient address: {address}`
//
// Event 14.
typedef struct ringmail_invalid_recipient {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The message.
    uint64_t mid;
    // The address, without angle brackets.
    struct ringmail_str address;
} ringmail_invalid_recipient;

// A number that may be absent: `RINGMAIL_U64(7)`, or left out.
typedef struct ringmail_opt_u64 {
    // The number.
    uint64_t value;
    // Whether there is one.
    bool present;
} ringmail_opt_u64;

// A recipient was refused.
//
// `Info: ⟦MID {mid} ⟧ICID {icid} To: <{to}> Rejected by {by}`
//
// Event 15.
typedef struct ringmail_recipient_rejected {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    // Absent unless `present`.
    struct ringmail_opt_u64 mid;
    // The injection connection.
    uint64_t icid;
    // The recipient's address.
    struct ringmail_str to;
    // What refused it: `RAT`, `LDAPACCEPT`, `Injection Control`, `DHAP` ...
    struct ringmail_str by;
} ringmail_recipient_rejected;

// The system cut a client off.
//
// `Info: ICID {icid} disconnected address {ip}, {reason}`
//
// Event 16.
typedef struct ringmail_disconnected {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The other side's address.
    struct ringmail_ip ip;
    // Why.
    struct ringmail_str reason;
} ringmail_disconnected;

// A client was gone before it said anything.
//
// `Info: ICID {icid} Connection from {ip} on interface {interface} ({interface_ip}) lost after {seconds} seconds (DNS query took {dns_seconds} seconds), before any commands were received`
//
// Event 17.
typedef struct ringmail_lost_early {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The other side's address.
    struct ringmail_ip ip;
    // The interface that the connection came in on, by name.
    struct ringmail_str interface;
    // The interface's own address.
    struct ringmail_ip interface_ip;
    // How long the connection lasted, in seconds with a fraction.
    struct ringmail_str seconds;
    // How long the look-up of its name took, in seconds with a fraction.
    struct ringmail_str dns_seconds;
} ringmail_lost_early;

// A client sent a command in a wrong form.
//
// `Info: ICID {icid} Bad syntax for command: {command}`
//
// Event 18.
typedef struct ringmail_bad_syntax {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The command as it came.
    struct ringmail_str command;
} ringmail_bad_syntax;

// A client sent a command that does not exist.
//
// `Info: ICID {icid} Unknown command: {command}`
//
// Event 19.
typedef struct ringmail_unknown_command {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The command as it came.
    struct ringmail_str command;
} ringmail_unknown_command;

// The queue behind an injection connection went away.
//
// `Info: ICID {icid} queue disconnected`
//
// Event 20.
typedef struct ringmail_queue_disconnected {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
} ringmail_queue_disconnected;

// A connection was refused because a limit is reached.
//
// `Info: Dropping connection due to {reason}, sender_group={group}, listener={listener}, reverse_dns={host}`
//
// Event 21.
typedef struct ringmail_connection_dropped {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Why.
    struct ringmail_str reason;
    // The sender group.
    struct ringmail_str group;
    // The listener that refused it.
    struct ringmail_str listener;
    // The host name of the address, `unknown` when there is none.
    struct ringmail_str host;
} ringmail_connection_dropped;

// A connection came in from an address that could not be told.
//
// `Info: Incoming {protocol} connection undetermined IP on interface {interface}`
//
// Event 22.
typedef struct ringmail_address_undetermined {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The protocol, such as `SMTP`.
    struct ringmail_str protocol;
    // The interface that the connection came in on, by name.
    struct ringmail_str interface;
} ringmail_address_undetermined;

// A client authenticated.
//
// `Info: SMTP Auth: (ICID {icid}) succeeded for user: {user} using AUTH mechanism: {mechanism} with profile: {profile}`
//
// Event 23.
typedef struct ringmail_smtp_auth {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The user that authenticated.
    struct ringmail_str user;
    // The SASL mechanism.
    struct ringmail_str mechanism;
    // The SMTP authentication profile.
    struct ringmail_str profile;
} ringmail_smtp_auth;

// A client failed to authenticate.
//
// `Info: SMTP Auth: (ICID {icid}) failed for user: {user} using AUTH mechanism: {mechanism} with profile: {profile}`
//
// Event 24.
typedef struct ringmail_smtp_auth_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The user that authenticated.
    struct ringmail_str user;
    // The SASL mechanism.
    struct ringmail_str mechanism;
    // The SMTP authentication profile.
    struct ringmail_str profile;
} ringmail_smtp_auth_failed;

// An operator ended an injection connection.
//
// `Info: SMTP server connection killed ICID: {icid}`
//
// Event 25.
typedef struct ringmail_icid_killed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
} ringmail_icid_killed;

// An operator ended a delivery connection.
//
// `Info: SMTP client connection killed DCID: {dcid}`
//
// Event 26.
typedef struct ringmail_dcid_killed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
} ringmail_dcid_killed;

// A message begins: its number is given at the sender's command, or when the system makes
// the message itself.
//
// `Info: Start MID {mid} ICID {icid}⟦ (ISQ Notification)⟧`
//
// Event 60.
typedef struct ringmail_start_mid {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The injection connection.
    uint64_t icid;
    // Whether the line says `isq_notification`.
    bool isq_notification;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_start_mid;

// A sender was named and accepted.
//
// `Info: MID {mid} ICID {icid} From: <{from}>`
//
// Event 61.
typedef struct ringmail_sender {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The injection connection.
    uint64_t icid;
    // The envelope sender, without angle brackets; empty for bounces.
    struct ringmail_str from;
} ringmail_sender;

// A recipient was named and accepted.
//
// `Info: MID {mid} ICID {icid} RID {rid} To: <{to}>`
//
// Event 62.
typedef struct ringmail_recipient {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The injection connection.
    uint64_t icid;
    // The recipient, counted from 0 in its message.
    uint32_t rid;
    // The envelope recipient, without angle brackets.
    struct ringmail_str to;
} ringmail_recipient;

// A bounce came in for a message that was never sent: its address lacks the tag.
//
// `Info: MID {mid} ICID {icid} invalid bounce, rcpt address <{to}> rejected by bounce verification.`
//
// Event 63.
typedef struct ringmail_invalid_bounce {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The injection connection.
    uint64_t icid;
    // The envelope recipient, without angle brackets.
    struct ringmail_str to;
} ringmail_invalid_bounce;

// A bounce came in for a message that was never sent, and is marked as such.
//
// `Info: MID {mid} ICID {icid} invalid bounce, tagging`
//
// Event 64.
typedef struct ringmail_invalid_bounce_tagged {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The injection connection.
    uint64_t icid;
} ringmail_invalid_bounce_tagged;

// Bytes were read over TLS.
//
// `Debug: MID {mid} ICID {icid} TLS read {bytes} bytes ({seconds} seconds)`
//
// Event 65.
typedef struct ringmail_tls_read {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The injection connection.
    uint64_t icid;
    // The size in bytes.
    uint64_t bytes;
    // How long it took, in seconds with a fraction.
    struct ringmail_str seconds;
} ringmail_tls_read;

// The message's `Message-ID` header.
//
// `Info: MID {mid} Message-ID {message_id}`
//
// Event 66.
typedef struct ringmail_message_id {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The header's value, angle brackets included.
    struct ringmail_str message_id;
} ringmail_message_id;

// The message's `Subject` header.
//
// `Info: MID {mid} Subject {subject}`
//
// Event 67.
typedef struct ringmail_subject {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The header's value as it came, folding and encoded words included.
    struct ringmail_str subject;
} ringmail_subject;

// The message is accepted: written to disk and acknowledged.
//
// `Info: MID {mid} ready {bytes} bytes from <{from}>`
//
// Event 68.
typedef struct ringmail_ready {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The size in bytes.
    uint64_t bytes;
    // The envelope sender, without angle brackets; empty for bounces.
    struct ringmail_str from;
} ringmail_ready;

// One mail policy holds for all recipients.
//
// `Info: MID {mid} matched all recipients for per-recipient policy {policy}⟦ in the {table} table⟧`
//
// Event 69.
typedef struct ringmail_policy_match {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The mail policy.
    struct ringmail_str policy;
    // Which policies: `inbound` or `outbound`.
    // A NULL `ptr`: absent.
    struct ringmail_str table;
} ringmail_policy_match;

// A message was split because policies differ between its recipients.
//
// `Info: MID {mid} was split creating MID {child} due to a per-recipient policy {policy}`
//
// Event 70.
typedef struct ringmail_split {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The message that was made.
    uint64_t child;
    // The mail policy.
    struct ringmail_str policy;
} ringmail_split;

// A message was split because safelists and blocklists differ between its recipients.
//
// `Info: MID {mid} was split creating MID {child} due to a SL/BL configuration for following recipients: {recipients}`
//
// Event 71.
typedef struct ringmail_split_by_safelist {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The message that was made.
    uint64_t child;
    // The recipients of the message that was made.
    struct ringmail_str recipients;
} ringmail_split_by_safelist;

// A message should have been split and was not.
//
// `Info: MID {mid} could not be split {reason}`
//
// Event 72.
typedef struct ringmail_split_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Why.
    struct ringmail_str reason;
} ringmail_split_failed;

// An attachment was found.
//
// `Info: MID {mid} attachment {name}`
//
// Event 73.
typedef struct ringmail_attachment {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The file's name as the message spells it.
    struct ringmail_str name;
} ringmail_attachment;

// The types of a message's attachments.
//
// `Info: MID {mid} attachment types {types}`
//
// Event 74.
typedef struct ringmail_attachment_types {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The types.
    struct ringmail_str types;
} ringmail_attachment_types;

// A message came through a relay of one's own; the address before it is taken from a header.
//
// `Info: MID {mid} IncomingRelay({relay}): {detail}`
//
// Event 75.
typedef struct ringmail_incoming_relay {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The relay's name.
    struct ringmail_str relay;
    // What was found: header, address, score.
    struct ringmail_str detail;
} ringmail_incoming_relay;

// A message is too big for an engine.
//
// `Info: MID {mid} was too big ({bytes}/{limit}) for scanning by {engine}`
//
// Event 76.
typedef struct ringmail_too_big {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The size in bytes.
    uint64_t bytes;
    // The most that the engine scans, in bytes.
    uint64_t limit;
    // The engine: `Outbreak Filters`, `CASE` ...
    struct ringmail_str engine;
} ringmail_too_big;

// An envelope sender was replaced.
//
// `Info: MID {mid} masquerading envelope sender from {from} to {new}`
//
// Event 77.
typedef struct ringmail_masqueraded_sender {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The envelope sender, without angle brackets; empty for bounces.
    struct ringmail_str from;
    // The sender from here on.
    struct ringmail_str new_;
} ringmail_masqueraded_sender;

// An address in a header was replaced.
//
// `Info: MID {mid} masquerading header {header} from {old} to {new}`
//
// Event 78.
typedef struct ringmail_masqueraded_header {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The header's name.
    struct ringmail_str header;
    // What stood there.
    struct ringmail_str old;
    // What stands there from here on.
    struct ringmail_str new_;
} ringmail_masqueraded_header;

// A filter's own entry.
//
// `Info: MID {mid} Custom Log Entry: {text}`
//
// Event 79.
typedef struct ringmail_custom_log_entry {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // What the filter says.
    struct ringmail_str text;
    // The label under which the filter says it.
    struct ringmail_str label;
} ringmail_custom_log_entry;

// A text of a message is in a character set that could not be converted.
//
// `Info: MID {mid} Could not convert character set: {error}`
//
// Event 80.
typedef struct ringmail_charset_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // What went wrong.
    struct ringmail_str error;
} ringmail_charset_failed;

// A message could not be taken apart.
//
// `Warning: MID {mid}, Message Scanning Problem: {problem}`
//
// Event 81.
typedef struct ringmail_scanning_problem {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // What is wrong with the message.
    struct ringmail_str problem;
} ringmail_scanning_problem;

// A part of a message could not be scanned.
//
// `Warning: MID {mid}: scanning error (name={name}, type={mime}): {error}`
//
// Event 82.
typedef struct ringmail_scanning_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The name of the part.
    struct ringmail_str name;
    // The part's type.
    struct ringmail_str mime;
    // What went wrong.
    struct ringmail_str error;
} ringmail_scanning_error;

// Sender and recipients of a message in one line.
//
// `Info: MID {mid} From: <{from}> To: <{to}>, {detail} total recipients.`
//
// Event 83.
typedef struct ringmail_recipient_total {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The envelope sender, without angle brackets; empty for bounces.
    struct ringmail_str from;
    // The envelope recipient, without angle brackets.
    struct ringmail_str to;
    // What stands before the words: the count comes last.
    struct ringmail_str detail;
} ringmail_recipient_total;

// SPF was checked for one identity.
//
// `Info: MID {mid} SPF: {scope} identity {address} {verdict}⟦ (v=spf1)⟧`
//
// Event 100.
typedef struct ringmail_spf {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Which identity: `helo`, `mailfrom` or `pra`.
    struct ringmail_str scope;
    // The host name or address that was checked.
    struct ringmail_str address;
    // `Pass`, `Fail`, `SoftFail`, `Neutral`, `None`, `TempError` or `PermError`.
    struct ringmail_str verdict;
    // Whether the line says `spf1`.
    bool spf1;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_spf;

// A DKIM signature is right.
//
// `Info: MID {mid} DKIM: pass signature verified ⟦[TEST] ⟧(d={domain} s={selector} i={identity})`
//
// Event 101.
typedef struct ringmail_dkim_pass {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Whether the line says `test`.
    bool test;
    // The domain.
    struct ringmail_str domain;
    // The signature's selector, `s=`.
    struct ringmail_str selector;
    // The signing identity, `i=`.
    struct ringmail_str identity;
} ringmail_dkim_pass;

// A DKIM signature is wrong.
//
// `Info: MID {mid} DKIM: permfail {detail} [final] (d={domain} s={selector} i={identity})`
//
// Event 102.
typedef struct ringmail_dkim_perm_fail {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // What there is to say.
    struct ringmail_str detail;
    // The domain.
    struct ringmail_str domain;
    // The signature's selector, `s=`.
    struct ringmail_str selector;
    // The signing identity, `i=`.
    struct ringmail_str identity;
} ringmail_dkim_perm_fail;

// A message is not signed with DKIM: no profile is for its sender.
//
// `Info: MID {mid} DKIM: cannot sign - no profile matches {sender}`
//
// Event 103.
typedef struct ringmail_dkim_no_profile {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The sender's address.
    struct ringmail_str sender;
} ringmail_dkim_no_profile;

// A message is signed with DKIM.
//
// `Info: MID {mid} DKIM: signing with {profile} - matches {sender}`
//
// Event 104.
typedef struct ringmail_dkim_signing {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The signing profile.
    struct ringmail_str profile;
    // The sender's address.
    struct ringmail_str sender;
} ringmail_dkim_signing;

// How DKIM signing is set up for a message.
//
// `Trace: MID {mid} DKIM: signing context (profile - {profile}) : {detail}`
//
// Event 105.
typedef struct ringmail_dkim_context {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The signing profile.
    struct ringmail_str profile;
    // What there is to say.
    struct ringmail_str detail;
} ringmail_dkim_context;

// What else DKIM has to say.
//
// `Info: MID {mid} DKIM: {detail}`
//
// Event 106.
typedef struct ringmail_dkim {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // What there is to say.
    struct ringmail_str detail;
} ringmail_dkim;

// A message is not signed with DomainKeys: no profile is for its sender.
//
// `Info: MID {mid} DomainKeys: cannot sign - no profile matches {sender}`
//
// Event 107.
typedef struct ringmail_domain_keys_no_profile {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The sender's address.
    struct ringmail_str sender;
} ringmail_domain_keys_no_profile;

// A message is not signed with DomainKeys: it is signed already.
//
// `Info: MID {mid} DomainKeys: cannot sign - already signed`
//
// Event 108.
typedef struct ringmail_domain_keys_signed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_domain_keys_signed;

// A message is signed with DomainKeys.
//
// `Info: MID {mid} DomainKeys: signing with {profile} - matches {sender}`
//
// Event 109.
typedef struct ringmail_domain_keys_signing {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The signing profile.
    struct ringmail_str profile;
    // The sender's address.
    struct ringmail_str sender;
} ringmail_domain_keys_signing;

// What else DomainKeys has to say.
//
// `Info: MID {mid} DomainKeys: {detail}`
//
// Event 110.
typedef struct ringmail_domain_keys {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // What there is to say.
    struct ringmail_str detail;
} ringmail_domain_keys;

// DMARC was checked.
//
// `Info: MID {mid} DMARC: Verification {verdict}`
//
// Event 111.
typedef struct ringmail_dmarc_verification {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // `passed`, `failed` ...
    struct ringmail_str verdict;
} ringmail_dmarc_verification;

// What DMARC says of the message's domain.
//
// `Info: MID {mid} DMARC: Message from domain {domain}, DMARC {verdict} (SPF aligned {spf_aligned}, DKIM aligned {dkim_aligned})`
//
// Event 112.
typedef struct ringmail_dmarc {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The domain.
    struct ringmail_str domain;
    // `pass`, `fail` and what follows from it.
    struct ringmail_str verdict;
    // Whether SPF holds for that domain.
    bool spf_aligned;
    // Whether DKIM holds for that domain.
    bool dkim_aligned;
    // Zero: room for fields to come.
    uint8_t reserved[6];
} ringmail_dmarc;

// The domains of which the reputation is asked; `Not Present` for those that are missing.
//
// `Info: MID {mid} SDR: Domains for which SDR is requested: reverse DNS host: {host}, helo: {helo}, env-from: {env_from}, header-from: {header_from}, reply-to: {reply_to}`
//
// Event 113.
typedef struct ringmail_sdr_domains {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Of the client's address.
    struct ringmail_str host;
    // Of the client's greeting.
    struct ringmail_str helo;
    // Of the envelope sender.
    struct ringmail_str env_from;
    // Of the `From` header.
    struct ringmail_str header_from;
    // Of the `Reply-To` header.
    struct ringmail_str reply_to;
} ringmail_sdr_domains;

// The reputation of a message's domains.
//
// `Info: MID {mid} SDR: Consolidated Sender Threat Level: {threat}, Threat Category: {category}, Suspected Domain(s) : {suspected} (other reasons for verdict). Sender Maturity: {maturity} for domain: {domain}`
//
// Event 114.
typedef struct ringmail_sdr_threat_level {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The level in words.
    struct ringmail_str threat;
    // The category of the threat, `N/A` when there is none.
    struct ringmail_str category;
    // The domains that made it so.
    struct ringmail_str suspected;
    // For how long the domain is known.
    struct ringmail_str maturity;
    // The domain.
    struct ringmail_str domain;
} ringmail_sdr_threat_level;

// The reputation of a message's domains, as versions 12 and 13 say it.
//
// `Info: MID {mid} SDR: Consolidated Sender Reputation: {reputation}, Threat Category: {category} Youngest Domain Age: {age}`
//
// Event 115.
typedef struct ringmail_sdr_reputation {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The reputation in a word.
    struct ringmail_str reputation;
    // The category of the threat, `N/A` when there is none.
    struct ringmail_str category;
    // For how long the youngest of the domains is known.
    struct ringmail_str age;
} ringmail_sdr_reputation;

// The reputation of a message's domains could not be asked.
//
// `Info: MID {mid} SDR: Message was not scanned for Sender Domain Reputation. Reason: {reason}`
//
// Event 116.
typedef struct ringmail_sdr_not_scanned {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Why: `Authentication failure.`, `Request timed out.` ...
    struct ringmail_str reason;
} ringmail_sdr_not_scanned;

// The mark by which the reputation service knows the message again.
//
// `Info: MID {mid} SDR: Tracker Header : {header}`
//
// Event 117.
typedef struct ringmail_sdr_tracker {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The mark.
    struct ringmail_str header;
} ringmail_sdr_tracker;

// What one spam engine says; the last word comes later.
//
// `Info: MID {mid} interim verdict using engine: {engine} {verdict}`
//
// Event 140.
typedef struct ringmail_interim_verdict {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The engine: `CASE`, `SLBL`, `GRAYMAIL`, `Sophos` ...
    struct ringmail_str engine;
    // The verdict.
    struct ringmail_str verdict;
} ringmail_interim_verdict;

// Whether a message is spam.
//
// `Info: MID {mid} using engine: {engine} {verdict}`
//
// Event 141.
typedef struct ringmail_verdict {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The engine: `CASE`, `SLBL`, `GRAYMAIL`, `Sophos` ...
    struct ringmail_str engine;
    // The verdict.
    struct ringmail_str verdict;
} ringmail_verdict;

// A verdict that an engine has given before holds for the message.
//
// `Info: MID {mid} using engine: {engine} using cached verdict`
//
// Event 142.
typedef struct ringmail_cached_verdict {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The engine: `CASE`, `SLBL`, `GRAYMAIL`, `Sophos` ...
    struct ringmail_str engine;
} ringmail_cached_verdict;

// What Brightmail says.
//
// `Info: MID {mid} Brightmail {verdict}`
//
// Event 143.
typedef struct ringmail_brightmail {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The verdict.
    struct ringmail_str verdict;
} ringmail_brightmail;

// How well the cache of spam verdicts works.
//
// `Info: CASE cache status: hits = {hits}, misses = {misses}, expires = {expires}, adds = {adds}, seconds saved = {saved}, total seconds = {total}`
//
// Event 144.
typedef struct ringmail_case_cache {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Verdicts found.
    uint64_t hits;
    // Verdicts not found.
    uint64_t misses;
    // Verdicts that became too old.
    uint64_t expires;
    // Verdicts stored.
    uint64_t adds;
    // Scanning time saved, in seconds with a fraction.
    struct ringmail_str saved;
    // Scanning time in all, in seconds with a fraction.
    struct ringmail_str total;
} ringmail_case_cache;

// What one virus engine says; the last word comes later.
//
// `Info: MID {mid} interim AV verdict using {engine} {verdict}`
//
// Event 145.
typedef struct ringmail_interim_antivirus {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The engine: `CASE`, `SLBL`, `GRAYMAIL`, `Sophos` ...
    struct ringmail_str engine;
    // The verdict.
    struct ringmail_str verdict;
} ringmail_interim_antivirus;

// No virus was found.
//
// `Info: MID {mid} antivirus negative⟦ ⟧`
//
// Event 146.
typedef struct ringmail_antivirus_negative {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_antivirus_negative;

// A virus was found.
//
// `Info: MID {mid} antivirus positive {virus}`
//
// Event 147.
typedef struct ringmail_antivirus_positive {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The name of the virus.
    struct ringmail_str virus;
} ringmail_antivirus_positive;

// A virus was found and removed.
//
// `Info: MID {mid} antivirus repaired {virus}`
//
// Event 148.
typedef struct ringmail_antivirus_repaired {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The name of the virus.
    struct ringmail_str virus;
} ringmail_antivirus_repaired;

// A message is encrypted and cannot be searched for viruses.
//
// `Info: MID {mid} antivirus encrypted`
//
// Event 149.
typedef struct ringmail_antivirus_encrypted {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_antivirus_encrypted;

// A message cannot be searched for viruses.
//
// `Info: MID {mid} antivirus unscannable`
//
// Event 150.
typedef struct ringmail_antivirus_unscannable {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_antivirus_unscannable;

// What is known of a message's attachments.
//
// `Info: MID {mid} AMP file reputation verdict : {verdict}`
//
// Event 151.
typedef struct ringmail_amp_verdict {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The verdict.
    struct ringmail_str verdict;
} ringmail_amp_verdict;

// An attachment may be sent for analysis.
//
// `Info: MID {mid} SHA {sha256} filename {name} queued for possible file analysis upload`
//
// Event 152.
typedef struct ringmail_amp_queued {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The file's SHA-256 in hexadecimal.
    struct ringmail_str sha256;
    // The file's name.
    struct ringmail_str name;
} ringmail_amp_queued;

// Attachments are not checked.
//
// `Trace: MID {mid}: Skip AMP Engine check`
//
// Event 153.
typedef struct ringmail_amp_skipped {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_amp_skipped;

// What the outbreak filters say.
//
// `Info: MID {mid} Outbreak Filters: verdict {verdict}`
//
// Event 154.
typedef struct ringmail_outbreak_verdict {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The verdict.
    struct ringmail_str verdict;
} ringmail_outbreak_verdict;

// The threat level that the outbreak filters give, as a virus.
//
// `Info: MID {mid} Virus Threat Level={threat}`
//
// Event 155.
typedef struct ringmail_virus_threat_level {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The threat level.
    struct ringmail_str threat;
} ringmail_virus_threat_level;

// The threat level that the outbreak filters give.
//
// `Info: MID {mid} Threat Level={threat}`
//
// Event 156.
typedef struct ringmail_threat_level {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The threat level.
    struct ringmail_str threat;
} ringmail_threat_level;

// A message holds data that must not leave.
//
// `Info: MID {mid} DLP violation. Severity: {severity} (Risk Factor: {risk}). DLP policy match: {policy}.`
//
// Event 157.
typedef struct ringmail_dlp_violation {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // How bad it is, in a word.
    struct ringmail_str severity;
    // How bad it is, 0 to 100.
    uint32_t risk;
    // The policy that it breaks.
    struct ringmail_str policy;
} ringmail_dlp_violation;

// A message was not scanned in full by the sensitive data scanner.
//
// `Info: MID {mid} not completely scanned by SDS. Error: {error}`
//
// Event 158.
typedef struct ringmail_sds_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // What went wrong.
    struct ringmail_str error;
} ringmail_sds_error;

// What the graymail engine does.
//
// `Trace: GRAYMAIL: {text}`
//
// Event 159.
typedef struct ringmail_graymail_trace {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What the engine says.
    struct ringmail_str text;
} ringmail_graymail_trace;

// How the graymail engine is configured.
//
// `Info: graymail [CONFIG] {text}`
//
// Event 160.
typedef struct ringmail_graymail_config {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What the engine says.
    struct ringmail_str text;
} ringmail_graymail_config;

// A message could not be scanned.
//
// `Info: MID {mid} was marked as unscannable due to {cause}. Reason: {reason}`
//
// Event 161.
typedef struct ringmail_unscannable {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // What kind of failure: `extraction failures`, `an RFC violation`.
    struct ringmail_str cause;
    // The failure in detail.
    struct ringmail_str reason;
} ringmail_unscannable;

// Where what is found goes for analysis.
//
// `Trace: Data will be sent to ECS client only {text}`
//
// Event 162.
typedef struct ringmail_ecs_client_only {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What the engine says.
    struct ringmail_str text;
} ringmail_ecs_client_only;

// The verdict that SPF has given before holds for the message.
//
// `Info: MID {mid} using engine: SPF Verdict Cache using cached verdict`
//
// Event 163.
typedef struct ringmail_spf_cached_verdict {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_spf_cached_verdict;

// Not all links of a message were checked.
//
// `Info: MID {mid} not completely scanned for URL Filtering. Error: {error}`
//
// Event 200.
typedef struct ringmail_url_not_scanned {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // What went wrong.
    struct ringmail_str error;
} ringmail_url_not_scanned;

// A short link was followed by one hop.
//
// `Info: MID {mid} having URL: {url} has been expanded to {target}`
//
// Event 201.
typedef struct ringmail_url_expanded {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The link.
    struct ringmail_str url;
    // Where it leads.
    struct ringmail_str target;
} ringmail_url_expanded;

// A link's reputation made a filter act.
//
// `Info: MID {mid} URL {url} has reputation {score} matched Action: {action}`
//
// Event 202.
typedef struct ringmail_url_action {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The link.
    struct ringmail_str url;
    // The reputation score, signed, with decimals.
    struct ringmail_str score;
    // What was done.
    struct ringmail_str action;
} ringmail_url_action;

// A link's reputation matched a filter.
//
// `Info: MID {mid} URL {url} has reputation {score} matched Condition: {condition}`
//
// Event 203.
typedef struct ringmail_url_condition {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The link.
    struct ringmail_str url;
    // The reputation score, signed, with decimals.
    struct ringmail_str score;
    // The filter's condition that it matches.
    struct ringmail_str condition;
} ringmail_url_condition;

// A link counts as malicious.
//
// `Info: MID {mid} URL {url} is marked malicious due to : {reason}`
//
// Event 204.
typedef struct ringmail_url_malicious {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The link.
    struct ringmail_str url;
    // Why.
    struct ringmail_str reason;
} ringmail_url_malicious;

// A short link could not be followed.
//
// `Warning: MID {mid} Failed to expand URL {url} Reason: {error}`
//
// Event 205.
typedef struct ringmail_url_expand_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The link.
    struct ringmail_str url;
    // What went wrong.
    struct ringmail_str error;
} ringmail_url_expand_failed;

// The reputation of a link in an attachment matched a filter.
//
// `Info: MID {mid} Attachment {name} URL {url} has reputation {score} matched Condition: {condition}`
//
// Event 206.
typedef struct ringmail_attachment_url {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The attachment's name.
    struct ringmail_str name;
    // The link.
    struct ringmail_str url;
    // The reputation score, signed, with decimals.
    struct ringmail_str score;
    // The filter's condition that it matches.
    struct ringmail_str condition;
} ringmail_attachment_url;

// A threat feed knows a link in an attachment.
//
// `Info: MID {mid} Threat feeds source {source} detected malicious URL: {url} in attachment(s): {files}. Action: {action}`
//
// Event 207.
typedef struct ringmail_threat_feed_url {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The feed.
    struct ringmail_str source;
    // The link.
    struct ringmail_str url;
    // The attachments' names.
    struct ringmail_str files;
    // What was done.
    struct ringmail_str action;
} ringmail_threat_feed_url;

// A message was made from another one, which goes on.
//
// `Info: MID {mid}⟦ was⟧ generated based on MID {parent} by {component}⟦ filter {filter}⟧`
//
// Event 220.
typedef struct ringmail_generated {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The message that it comes from.
    uint64_t parent;
    // What did it: `bcc`, `antispam`, `alt-rcpt-to-filter` ...
    struct ringmail_str component;
    // The filter's name.
    // A NULL `ptr`: absent.
    struct ringmail_str filter;
} ringmail_generated;

// A bounce was made for a message.
//
// `Info: MID {mid}⟦ was⟧ generated for bounce of MID {parent}`
//
// Event 221.
typedef struct ringmail_generated_for_bounce {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The message that it comes from.
    uint64_t parent;
} ringmail_generated_for_bounce;

// A message was replaced by another one; lines of that one may stand before.
//
// `Info: MID {mid} rewritten to ⟦MID ⟧{child} by {component}⟦ filter {filter}⟧`
//
// Event 222.
typedef struct ringmail_rewritten {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The message that takes its place.
    uint64_t child;
    // What did it: `bcc`, `antispam`, `alt-rcpt-to-filter` ...
    struct ringmail_str component;
    // The filter's name.
    // A NULL `ptr`: absent.
    struct ringmail_str filter;
} ringmail_rewritten;

// A content filter dropped a message.
//
// `Info: MID {mid} was dropped by content filter {filter} in the {table} table`
//
// Event 223.
typedef struct ringmail_dropped_by_content_filter {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The filter's name.
    struct ringmail_str filter;
    // Which policies: `inbound` or `outbound`.
    struct ringmail_str table;
} ringmail_dropped_by_content_filter;

// A mail policy bounced a message.
//
// `Info: MID {mid} was bounced by policy {policy} in the {table} table`
//
// Event 224.
typedef struct ringmail_bounced_by_policy {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The mail policy.
    struct ringmail_str policy;
    // Which policies: `inbound` or `outbound`.
    struct ringmail_str table;
} ringmail_bounced_by_policy;

// A mail policy dropped a message.
//
// `Info: MID {mid} was dropped by policy {policy} in the {table} table`
//
// Event 225.
typedef struct ringmail_dropped_by_policy {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The mail policy.
    struct ringmail_str policy;
    // Which policies: `inbound` or `outbound`.
    struct ringmail_str table;
} ringmail_dropped_by_policy;

// A message was put into a policy quarantine.
//
// `Info: MID {mid} quarantined to "{quarantine}"⟦ ({reason})⟧`
//
// Event 250.
typedef struct ringmail_quarantined {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The quarantine's name.
    struct ringmail_str quarantine;
    // Why.
    // A NULL `ptr`: absent.
    struct ringmail_str reason;
} ringmail_quarantined;

// A message waits to go to a quarantine on another machine.
//
// `Info: MID {mid} enqueued for transfer to centralized quarantine {quarantine} ({reason})`
//
// Event 251.
typedef struct ringmail_transfer_queued {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The quarantine's name.
    struct ringmail_str quarantine;
    // Why.
    struct ringmail_str reason;
} ringmail_transfer_queued;

// A message left a quarantine.
//
// `Info: MID {mid} released ⟦(attachments stripped) ⟧from quarantine {quarantine} ({reason})⟦ t={ticks}⟧`
//
// Event 252.
typedef struct ringmail_released {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Whether the line says `stripped`.
    bool stripped;
    // The quarantine's name.
    struct ringmail_str quarantine;
    // Why.
    struct ringmail_str reason;
    // The number behind `t=`.
    // Absent unless `present`.
    struct ringmail_opt_u64 ticks;
} ringmail_released;

// A message was deleted from a quarantine.
//
// `Info: MID {mid} deleted from quarantine {quarantine} ({reason})⟦ t={ticks}⟧`
//
// Event 253.
typedef struct ringmail_deleted {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The quarantine's name.
    struct ringmail_str quarantine;
    // Why.
    struct ringmail_str reason;
    // The number behind `t=`.
    // Absent unless `present`.
    struct ringmail_opt_u64 ticks;
} ringmail_deleted;

// A message is in no quarantine any more and goes on.
//
// `Info: MID {mid} released from all quarantines`
//
// Event 254.
typedef struct ringmail_released_from_all {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_released_from_all;

// A message is in no quarantine any more and is gone.
//
// `Info: MID {mid} deleted from all quarantines`
//
// Event 255.
typedef struct ringmail_deleted_from_all {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_deleted_from_all;

// There is one more reason why a message is in a quarantine.
//
// `Info: MID {mid} quarantine {quarantine} new reason ({reason})`
//
// Event 256.
typedef struct ringmail_quarantine_reason {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The quarantine's name.
    struct ringmail_str quarantine;
    // Why.
    struct ringmail_str reason;
} ringmail_quarantine_reason;

// A message is to go to the spam quarantine.
//
// `Info: ⟦EUQ⟧⟦ISQ⟧: Tagging MID {mid} for quarantine`
//
// Event 260.
typedef struct ringmail_spam_tagged {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_spam_tagged;

// A message is in the spam quarantine.
//
// `Info: ⟦EUQ⟧⟦ISQ⟧: Quarantined MID {mid}`
//
// Event 261.
typedef struct ringmail_spam_quarantined {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_spam_quarantined;

// A message left the spam quarantine as a new message.
//
// `Info: ⟦EUQ⟧⟦ISQ⟧: Reinjected MID {mid} as MID {child}`
//
// Event 262.
typedef struct ringmail_spam_reinjected {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The new message.
    uint64_t child;
} ringmail_spam_reinjected;

// A message goes to the spam quarantine.
//
// `Info: RPC Delivery start RCID {rcid} MID {mid} to local IronPort Spam Quarantine`
//
// Event 265.
typedef struct ringmail_rpc_start {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The connection to the spam quarantine.
    uint64_t rcid;
    // The message.
    uint64_t mid;
} ringmail_rpc_start;

// The spam quarantine took a message.
//
// `Info: RPC Message done RCID {rcid} MID {mid}`
//
// Event 266.
typedef struct ringmail_rpc_done {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The connection to the spam quarantine.
    uint64_t rcid;
    // The message.
    uint64_t mid;
} ringmail_rpc_done;

// The spam quarantine refused a message.
//
// `Info: RPC Message rejected RCID {rcid} MID {mid}`
//
// Event 267.
typedef struct ringmail_rpc_rejected {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The connection to the spam quarantine.
    uint64_t rcid;
    // The message.
    uint64_t mid;
} ringmail_rpc_rejected;

// What becomes of the connection to the spam quarantine.
//
// `Info: RPC connection {text}`
//
// Event 268.
typedef struct ringmail_rpc_connection {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What there is to say.
    struct ringmail_str text;
} ringmail_rpc_connection;

// What the client of the spam quarantine does.
//
// `Trace: RPC client _message_loop {text}`
//
// Event 269.
typedef struct ringmail_rpc_loop {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What there is to say.
    struct ringmail_str text;
} ringmail_rpc_loop;

// A message is scanned and waits for its delivery.
//
// `Info: MID {mid} queued for delivery`
//
// Event 290.
typedef struct ringmail_queued {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_queued;

// A delivery connection was opened.
//
// `Info: New SMTP DCID {dcid} interface {interface} address {ip}⟦ port {port}⟧`
//
// Event 291.
typedef struct ringmail_new_dcid {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // The interface that the connection goes out on: an address or a name.
    struct ringmail_str interface;
    // The other server's address, 0.0.0.0 when there was no connection.
    struct ringmail_ip ip;
    // The other server's port.
    // Absent unless `present`.
    struct ringmail_opt_u64 port;
    // The domain that the connection is for.
    struct ringmail_str domain;
} ringmail_new_dcid;

// Recipients of a message by their numbers, of which the first 2048 are kept.
typedef struct ringmail_rids {
    // The first of them.
    const uint32_t *items;
    // How many there are.
    size_t count;
} ringmail_rids;

// The delivery of a message to some of its recipients begins.
//
// `Info: Delivery start DCID {dcid} MID {mid} to RID [{rids}]⟦ to offbox IronPort Spam Quarantine⟧`
//
// Event 292.
typedef struct ringmail_delivery_start {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // The message.
    uint64_t mid;
    // The recipients.
    struct ringmail_rids rids;
    // Whether the line says `offbox`.
    bool offbox;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_delivery_start;

// A delivery connection switched to TLS.
//
// `Info: DCID {dcid} TLS success protocol {protocol} cipher {cipher}⟦ for {domain}⟧⟦ CN={common_name}⟧⟦ ⟧`
//
// Event 293.
typedef struct ringmail_dcid_tls {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // The protocol and its version.
    struct ringmail_str protocol;
    // The cipher suite, by its name in the TLS library.
    struct ringmail_str cipher;
    // The recipient's domain.
    // A NULL `ptr`: absent.
    struct ringmail_str domain;
    // The name in the other server's certificate.
    // A NULL `ptr`: absent.
    struct ringmail_str common_name;
} ringmail_dcid_tls;

// A delivery connection failed to switch to TLS.
//
// `Info: DCID {dcid} TLS failed: {error}`
//
// Event 294.
typedef struct ringmail_dcid_tls_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // What went wrong.
    struct ringmail_str error;
} ringmail_dcid_tls_failed;

// TLS is demanded for a domain and could not be had.
//
// `Info: DCID {dcid} IP {ip} TLS was required but could not be successfully negotiated`
//
// Event 295.
typedef struct ringmail_dcid_tls_required {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // The other server's address, 0.0.0.0 when there was no connection.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_dcid_tls_required;

// A name and a value.
typedef struct ringmail_pair {
    // The name.
    struct ringmail_str name;
    // The value.
    struct ringmail_str value;
} ringmail_pair;

// Names with values in order, of which as many are kept as fit into 8192 bytes.
typedef struct ringmail_pairs {
    // The first of them.
    const struct ringmail_pair *items;
    // How many there are.
    size_t count;
} ringmail_pairs;

// Texts in order, of which as many are kept as fit into 8192 bytes.
typedef struct ringmail_strs {
    // The first of them.
    const struct ringmail_str *items;
    // How many there are.
    size_t count;
} ringmail_strs;

// A message was delivered to some of its recipients.
//
// `Info: Message done DCID {dcid} MID {mid} to RID [{rids}]⟦ [{pairs}]⟧⟦ (external quarantine)⟧⟦ ⟧`
//
// Event 296.
typedef struct ringmail_done {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // The message.
    uint64_t mid;
    // The recipients.
    struct ringmail_rids rids;
    // The logged headers of the message.
    // NULL `items`: absent.
    struct ringmail_pairs pairs;
    // Whether the line says `external`.
    bool external;
    // The envelope sender, without angle brackets; empty for bounces.
    struct ringmail_str from;
    // The recipients' addresses, one for each of `rids`.
    struct ringmail_strs to;
    // Delivery attempts, this one included.
    uint32_t attempts;
    // The message's size in bytes.
    uint64_t bytes;
    // When the message came in.
    int64_t injected;
    // The other server's address, 0.0.0.0 when there was no connection.
    struct ringmail_ip ip;
    // The address that the message came from.
    struct ringmail_ip source_ip;
    // The SMTP code of the other server's reply, 0 when there was no answer.
    uint16_t code;
    // The other server's reply to the end of the message.
    struct ringmail_str reply;
} ringmail_done;

// What the other server replied to the end of a message.
//
// `Info: MID {mid} RID [{rids}] Response {text}`
//
// Event 297.
typedef struct ringmail_response {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The recipients.
    struct ringmail_rids rids;
    // The text of the reply behind its code. The engine strips it to its human part.
    struct ringmail_str text;
    // The SMTP code of the other server's reply, 0 when there was no answer.
    uint16_t code;
    // Zero: room for fields to come.
    uint8_t reserved[6];
} ringmail_response;

// A recipient bounced: the message will not be delivered to it.
//
// `Info: Bounced: DCID {dcid} MID {mid} to RID {rid} - {reason} ('{code}', [{response}]) [{headers}]`
//
// Event 298.
typedef struct ringmail_bounced {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // The message.
    uint64_t mid;
    // The recipient, counted from 0 in its message.
    uint32_t rid;
    // Enhanced code and reading of the reply: `5.1.0 - Unknown address error`.
    struct ringmail_str reason;
    // The SMTP code of the other server's reply, 0 when there was no answer.
    uint16_t code;
    // The lines of the other server's reply.
    struct ringmail_strs response;
    // The logged headers of the message.
    struct ringmail_pairs headers;
    // The envelope sender, without angle brackets; empty for bounces.
    struct ringmail_str from;
    // The envelope recipient, without angle brackets.
    struct ringmail_str to;
    // Why the recipient bounced.
    ringmail_bounce_cause cause;
    // Delivery attempts, this one included.
    uint32_t attempts;
    // The message's size in bytes.
    uint64_t bytes;
    // When the message came in.
    int64_t injected;
    // The other server's address, 0.0.0.0 when there was no connection.
    struct ringmail_ip ip;
    // The address that the message came from.
    struct ringmail_ip source_ip;
    // The first bytes of the message, as many as the bounce log wants.
    struct ringmail_str message;
} ringmail_bounced;

// A delivery to a recipient failed for now and will be tried again.
//
// `Info: Delayed: DCID {dcid} MID {mid} to RID {rid} - {reason} ('{code}', [{response}]) [{headers}]`
//
// Event 299.
typedef struct ringmail_delayed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // The message.
    uint64_t mid;
    // The recipient, counted from 0 in its message.
    uint32_t rid;
    // Enhanced code and reading of the reply: `5.1.0 - Unknown address error`.
    struct ringmail_str reason;
    // The SMTP code of the other server's reply, 0 when there was no answer.
    uint16_t code;
    // The lines of the other server's reply.
    struct ringmail_strs response;
    // The logged headers of the message.
    struct ringmail_pairs headers;
    // The envelope sender, without angle brackets; empty for bounces.
    struct ringmail_str from;
    // The envelope recipient, without angle brackets.
    struct ringmail_str to;
    // Why the recipient bounced.
    ringmail_bounce_cause cause;
    // Delivery attempts, this one included.
    uint32_t attempts;
    // The message's size in bytes.
    uint64_t bytes;
    // When the message came in.
    int64_t injected;
    // The other server's address, 0.0.0.0 when there was no connection.
    struct ringmail_ip ip;
    // The address that the message came from.
    struct ringmail_ip source_ip;
    // The first bytes of the message, as many as the bounce log wants.
    struct ringmail_str message;
} ringmail_delayed;

// A bounce could not be delivered either.
//
// `Info: Double bounce: {text}`
//
// Event 300.
typedef struct ringmail_double_bounce {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What there is to say.
    struct ringmail_str text;
} ringmail_double_bounce;

// A message waits for its next delivery attempt.
//
// `Info: Message {mid} to RID [{rids}] pending till {until}`
//
// Event 301.
typedef struct ringmail_pending {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The recipients.
    struct ringmail_rids rids;
    // When it is tried again.
    int64_t until;
} ringmail_pending;

// Nothing more will be done for a message: its last record.
//
// `Info: Message finished MID {mid} done`
//
// Event 302.
typedef struct ringmail_finished {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_finished;

// Nothing more will be done for a message that was aborted.
//
// `Info: Message finished MID {mid} aborted`
//
// Event 303.
typedef struct ringmail_finished_aborted {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_finished_aborted;

// An engine dropped a message.
//
// `Info: Message aborted MID {mid} Dropped by {engine}`
//
// Event 304.
typedef struct ringmail_dropped {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The engine: `CASE`, `antivirus`, `amp` ...
    struct ringmail_str engine;
} ringmail_dropped;

// A filter dropped a message.
//
// `Info: Message aborted MID {mid} Dropped by ⟦content ⟧filter {filter}⟦ in the {table} table⟧`
//
// Event 305.
typedef struct ringmail_dropped_by_filter {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Whether the line says `content`.
    bool content;
    // The filter's name.
    struct ringmail_str filter;
    // Which policies: `inbound` or `outbound`.
    // A NULL `ptr`: absent.
    struct ringmail_str table;
} ringmail_dropped_by_filter;

// A content filter bounced a message.
//
// `Info: Message aborted MID {mid} Bounced by content filter {filter} in the {table} table`
//
// Event 306.
typedef struct ringmail_bounced_by_filter {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The filter's name.
    struct ringmail_str filter;
    // Which policies: `inbound` or `outbound`.
    struct ringmail_str table;
} ringmail_bounced_by_filter;

// A message came to an early end for another reason.
//
// `Info: Message aborted MID {mid} {what}`
//
// Event 307.
typedef struct ringmail_aborted {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // What happened: `Receiving aborted by sender` ...
    struct ringmail_str what;
} ringmail_aborted;

// A delivery connection could not be made.
//
// `Info: Connection Error: DCID {dcid} domain: {domain} IP: {ip} port: {port} details: {details} interface: {interface} reason: {why}`
//
// Event 308.
typedef struct ringmail_connection_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // The recipient's domain.
    struct ringmail_str domain;
    // The other server's address, 0.0.0.0 when there was no connection.
    struct ringmail_ip ip;
    // The other server's port.
    uint16_t port;
    // What the system says.
    struct ringmail_str details;
    // The interface that the connection goes out on: an address or a name.
    struct ringmail_str interface;
    // Why, in words.
    struct ringmail_str why;
} ringmail_connection_error;

// A connection broke after the end of a message: the other server may have taken it.
//
// `Info: Possible Delivery: DCID: {dcid} MID {mid} to [{rids}]`
//
// Event 309.
typedef struct ringmail_possible_delivery {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // The message.
    uint64_t mid;
    // The recipients.
    struct ringmail_rids rids;
} ringmail_possible_delivery;

// An operator deleted recipients from the queue.
//
// `Info: Deleted: MID {mid} to [{rids}]`
//
// Event 310.
typedef struct ringmail_recipients_deleted {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The recipients.
    struct ringmail_rids rids;
} ringmail_recipients_deleted;

// A delivery connection ended because too many are open.
//
// `Info: Mail delivery client with DCID {dcid} exited due to the maximum concurrency configuration.`
//
// Event 311.
typedef struct ringmail_concurrency_reached {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
} ringmail_concurrency_reached;

// A recipient is on the global unsubscribe list.
//
// `Info: Global unsubscribe matched entry {entry} RID {rid} Address {address} Action {action}`
//
// Event 312.
typedef struct ringmail_global_unsubscribe {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The entry of the list.
    struct ringmail_str entry;
    // The recipient, counted from 0 in its message.
    uint32_t rid;
    // The address.
    struct ringmail_str address;
    // What was done.
    struct ringmail_str action;
} ringmail_global_unsubscribe;

// An alias replaced a recipient.
//
// `Info: Alias match: MID {mid} RID {rid} recipient {address} mapped to [{targets}]`
//
// Event 313.
typedef struct ringmail_alias_match {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The recipient, counted from 0 in its message.
    uint32_t rid;
    // The address.
    struct ringmail_str address;
    // The addresses that take its place.
    struct ringmail_str targets;
} ringmail_alias_match;

// A directory was asked about a recipient.
//
// `Info: LDAP: {purpose} query {query} MID {mid} RID {rid} address {address}⟦ to {target}⟧`
//
// Event 314.
typedef struct ringmail_ldap_query {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What for: `Accept`, `Bounce`, `Reroute`, `Masquerade` ...
    struct ringmail_str purpose;
    // The query's name.
    struct ringmail_str query;
    // The message.
    uint64_t mid;
    // The recipient, counted from 0 in its message.
    uint32_t rid;
    // The address.
    struct ringmail_str address;
    // The answer.
    // A NULL `ptr`: absent.
    struct ringmail_str target;
} ringmail_ldap_query;

// A directory was asked about an address outside any message.
//
// `Info: LDAP: {purpose} query {query} address {address}`
//
// Event 315.
typedef struct ringmail_ldap_lookup {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What for, or `No Match`.
    struct ringmail_str purpose;
    // The query's name.
    struct ringmail_str query;
    // The address.
    struct ringmail_str address;
} ringmail_ldap_lookup;

// A directory gave no answer: the message is tried again.
//
// `Info: LDAP: unable to process, MID {mid} requeued`
//
// Event 316.
typedef struct ringmail_ldap_requeued {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_ldap_requeued;

// A delivery connection is closed.
//
// `Info: DCID {dcid} close`
//
// Event 317.
typedef struct ringmail_dcid_close {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
} ringmail_dcid_close;

// DANE is tried for a domain.
//
// `Debug: Trying DANE {mode} for {domain}`
//
// Event 350.
typedef struct ringmail_dane_try {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // `MANDATORY` or `OPPORTUNISTIC`.
    struct ringmail_str mode;
    // The recipient's domain.
    struct ringmail_str domain;
} ringmail_dane_try;

// A mail exchanger was found.
//
// `Debug: {security} MX record({mx}) found for {domain}`
//
// Event 351.
typedef struct ringmail_mx_found {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What DNSSEC says of the record.
    ringmail_dns_security security;
    // The mail exchanger.
    struct ringmail_str mx;
    // The recipient's domain.
    struct ringmail_str domain;
} ringmail_mx_found;

// A name is looked up.
//
// `Debug: DNS query: Q({qname}, {qtype})`
//
// Event 352.
typedef struct ringmail_dns_question {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The name that is looked up.
    struct ringmail_str qname;
    // The type that is looked up.
    struct ringmail_str qtype;
} ringmail_dns_question;

// A set of name servers is asked.
//
// `Debug: DNS query: QN({qname}, {qtype}, {set})`
//
// Event 353.
typedef struct ringmail_dns_set_asked {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The name that is looked up.
    struct ringmail_str qname;
    // The type that is looked up.
    struct ringmail_str qtype;
    // The set's name.
    struct ringmail_str set;
} ringmail_dns_set_asked;

// One name server is asked, with a time limit.
//
// `Debug: DNS query: QIP  ({qname},{qtype},{server},{seconds})`
//
// Event 354.
typedef struct ringmail_dns_server_asked {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The name that is looked up.
    struct ringmail_str qname;
    // The type that is looked up.
    struct ringmail_str qtype;
    // The name server.
    struct ringmail_str server;
    // The time limit in seconds.
    uint32_t seconds;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_dns_server_asked;

// A question went out to a name server.
//
// `Debug: DNS query: Q  ({qname}, {qtype}, {server})`
//
// Event 355.
typedef struct ringmail_dns_sent {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The name that is looked up.
    struct ringmail_str qname;
    // The type that is looked up.
    struct ringmail_str qtype;
    // The name server.
    struct ringmail_str server;
} ringmail_dns_sent;

// A name server answered.
//
// `Debug: DNSSEC Response data([{rdata}], {state}, {status}, {ttl})`
//
// Event 356.
typedef struct ringmail_dnssec_response {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The data of the answer.
    struct ringmail_strs rdata;
    // `secure`, `bogus`, or nothing.
    struct ringmail_str state;
    // The DNS answer as a number: 0 found, 3 no such name.
    uint32_t status;
    // For how many seconds the answer holds.
    uint32_t ttl;
} ringmail_dnssec_response;

// An answer was stored.
//
// `Debug: DNS encache ({qname}, {qtype}, [({expiry}L, {number}, '{security}', {rdata})])`
//
// Event 357.
typedef struct ringmail_dns_encache {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The name that is looked up.
    struct ringmail_str qname;
    // The type that is looked up.
    struct ringmail_str qtype;
    // Until when it holds, as the cache counts.
    uint64_t expiry;
    // The number behind it.
    uint32_t number;
    // What DNSSEC says of the record.
    ringmail_dns_security security;
    // The data of the answer.
    struct ringmail_str rdata;
} ringmail_dns_encache;

// A name has no record of a type.
//
// `Debug: Received NODATA for domain {qname} type {qtype}`
//
// Event 358.
typedef struct ringmail_dns_no_data {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The name that is looked up.
    struct ringmail_str qname;
    // The type that is looked up.
    struct ringmail_str qtype;
} ringmail_dns_no_data;

// A name does not exist.
//
// `Debug: Received NXDomain for domain {qname} type {qtype}`
//
// Event 359.
typedef struct ringmail_dns_nx_domain {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The name that is looked up.
    struct ringmail_str qname;
    // The type that is looked up.
    struct ringmail_str qtype;
} ringmail_dns_nx_domain;

// A name is no alias.
//
// `Debug: No CNAME record({rcode}) found for domain({qname})`
//
// Event 360.
typedef struct ringmail_no_cname {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The DNS answer in a word: `NoError`, `NXDomain`.
    struct ringmail_str rcode;
    // The name that is looked up.
    struct ringmail_str qname;
} ringmail_no_cname;

// A mail exchanger is an alias, and securely so.
//
// `Debug: Secure CNAME({cname}) found for MX({mx}) in {domain}`
//
// Event 361.
typedef struct ringmail_secure_cname {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The name that the alias leads to.
    struct ringmail_str cname;
    // The mail exchanger.
    struct ringmail_str mx;
    // The recipient's domain.
    struct ringmail_str domain;
} ringmail_secure_cname;

// A mail exchanger's address was found.
//
// `Debug: {security} A record ({ip}) found for MX({mx}) in {domain}`
//
// Event 362.
typedef struct ringmail_address_found {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What DNSSEC says of the record.
    ringmail_dns_security security;
    // The address.
    struct ringmail_ip ip;
    // The mail exchanger.
    struct ringmail_str mx;
    // The recipient's domain.
    struct ringmail_str domain;
} ringmail_address_found;

// TLSA records are looked up under the name that the alias leads to.
//
// `Debug: Fetching TLSA records with CNAME({cname}) for MX({mx}) in {domain}`
//
// Event 363.
typedef struct ringmail_tlsa_by_cname {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The name that the alias leads to.
    struct ringmail_str cname;
    // The mail exchanger.
    struct ringmail_str mx;
    // The recipient's domain.
    struct ringmail_str domain;
} ringmail_tlsa_by_cname;

// TLSA records are looked up under the mail exchanger's own name.
//
// `Debug: Fetching TLSA records with initial name({mx}) in {domain}`
//
// Event 364.
typedef struct ringmail_tlsa_by_name {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The mail exchanger.
    struct ringmail_str mx;
    // The recipient's domain.
    struct ringmail_str domain;
} ringmail_tlsa_by_name;

// A TLSA record was found, and is secure.
//
// `Debug: SECURE TLSA Record found for MX({mx}) in {domain}`
//
// Event 365.
typedef struct ringmail_tlsa_secure {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The mail exchanger.
    struct ringmail_str mx;
    // The recipient's domain.
    struct ringmail_str domain;
} ringmail_tlsa_secure;

// A TLSA record was found, and its signature is wrong.
//
// `Debug: BOGUS TLSA Record is found for MX ({mx}) in {domain}`
//
// Event 366.
typedef struct ringmail_tlsa_bogus {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The mail exchanger.
    struct ringmail_str mx;
    // The recipient's domain.
    struct ringmail_str domain;
} ringmail_tlsa_bogus;

// There is no TLSA record.
//
// `Debug: No TLSA record ({rcode}) found for MX ({mx})`
//
// Event 367.
typedef struct ringmail_no_tlsa {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The DNS answer in a word: `NoError`, `NXDomain`.
    struct ringmail_str rcode;
    // The mail exchanger.
    struct ringmail_str mx;
} ringmail_no_tlsa;

// No TLSA record fits the other server's certificate.
//
// `Debug: DCID {dcid} All TLSA records failed for certificate not trusted`
//
// Event 368.
typedef struct ringmail_tlsa_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
} ringmail_tlsa_failed;

// The next mail exchanger is tried.
//
// `Debug: Trying next MX record in {domain}`
//
// Event 369.
typedef struct ringmail_next_mx {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The recipient's domain.
    struct ringmail_str domain;
} ringmail_next_mx;

// DANE is given up for a mail exchanger; ordinary TLS is tried.
//
// `Debug: Falling back to conventional TLS for MX ({mx}) in {domain}`
//
// Event 370.
typedef struct ringmail_tls_fallback {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The mail exchanger.
    struct ringmail_str mx;
    // The recipient's domain.
    struct ringmail_str domain;
} ringmail_tls_fallback;

// No mail exchanger of a domain will do.
//
// `Info: Failed for all MX hosts in {domain}`
//
// Event 371.
typedef struct ringmail_all_mx_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The recipient's domain.
    struct ringmail_str domain;
} ringmail_all_mx_failed;

// The other server's certificate is right.
//
// `Info: DCID {dcid} Certificate verification successful`
//
// Event 372.
typedef struct ringmail_certificate_verified {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
} ringmail_certificate_verified;

// A message could not be delivered with DANE.
//
// `Info: MID {mid} DCID {dcid} DANE failed for the domain {domain}: {error}`
//
// Event 373.
typedef struct ringmail_dane_failed_for_domain {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The delivery connection.
    uint64_t dcid;
    // The recipient's domain.
    struct ringmail_str domain;
    // What went wrong.
    struct ringmail_str error;
} ringmail_dane_failed_for_domain;

// A message could not be delivered with DANE, whatever the domain.
//
// `Info: MID {mid} DCID {dcid} DANE failed: {error}`
//
// Event 374.
typedef struct ringmail_dane_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The delivery connection.
    uint64_t dcid;
    // What went wrong.
    struct ringmail_str error;
} ringmail_dane_failed;

// The vault is well.
//
// `Info: The vault health check has passed, and the initialization status is {initialized}.`
//
// Event 400.
typedef struct ringmail_vault_healthy {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Whether the vault is initialised.
    bool initialized;
    // Zero: room for fields to come.
    uint8_t reserved[3];
} ringmail_vault_healthy;

// The phishing protection service is over.
//
// `Critical: The Cisco Advanced Phishing Protection Cloud Service has expired and is disabled. Contact your Cisco Account Manager to renew the service and enable it.`
//
// Event 401.
typedef struct ringmail_phishing_expired {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_phishing_expired;

// The phishing protection service will be over.
//
// `Info: Cisco Advanced Phishing Protection Cloud Service expires on {date}. You need to contact your Cisco Account Manager to renew the service`
//
// Event 402.
typedef struct ringmail_phishing_expires {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // When: `2020-05-10 07:00:00`.
    struct ringmail_str date;
} ringmail_phishing_expires;

// The phishing protection service cannot be asked: its keys are missing.
//
// `Critical: Failed to poll for the Cisco Advanced Phishing Protection Cloud Service expiry date. You need to add the API Access UID and API Access secret key.`
//
// Event 403.
typedef struct ringmail_phishing_key_missing {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_phishing_key_missing;

// The phishing protection service cannot be asked: its keys are wrong.
//
// `Critical: Failed to poll for the Cisco Advanced Phishing Protection Cloud Service expiry date because the API Access Key is invalid. You need to re-configure the API Access UID and secret key`
//
// Event 404.
typedef struct ringmail_phishing_key_invalid {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_phishing_key_invalid;

// What was learned of senders was handed over.
//
// `Info: SenderBase upload: {hosts} hosts totaling {bytes} bytes`
//
// Event 405.
typedef struct ringmail_sender_base_upload {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The number of hosts.
    uint64_t hosts;
    // The size in bytes.
    uint64_t bytes;
} ringmail_sender_base_upload;

// An alert was sent.
//
// `Info: A {class} alert was sent to {address} with subject "{subject}"`
//
// Event 406.
typedef struct ringmail_alert_sent {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Its class and severity: `System/Critical`.
    struct ringmail_str class_;
    // Whom the alert is for.
    struct ringmail_str address;
    // The alert's subject.
    struct ringmail_str subject;
} ringmail_alert_sent;

// An alert was handed to the mail system.
//
// `Info: Internal SMTP system successfully sent a message to {address} with subject {subject}.`
//
// Event 407.
typedef struct ringmail_alert_mail_sent {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Whom the alert is for.
    struct ringmail_str address;
    // The alert's subject.
    struct ringmail_str subject;
} ringmail_alert_mail_sent;

// An alert is about to be handed to the mail system.
//
// `Info: Internal SMTP system attempting to send a message to {address} with subject {subject} (attempt #{attempt}).`
//
// Event 408.
typedef struct ringmail_alert_mail_attempt {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Whom the alert is for.
    struct ringmail_str address;
    // The alert's subject.
    struct ringmail_str subject;
    // The attempt, counted from 0.
    uint32_t attempt;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_alert_mail_attempt;

// An alert could not be handed to the mail system and is given up.
//
// `Critical: Internal SMTP giving up on message to {address} with subject {subject}: Unrecoverable error.`
//
// Event 409.
typedef struct ringmail_alert_mail_given_up {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Whom the alert is for.
    struct ringmail_str address;
    // The alert's subject.
    struct ringmail_str subject;
} ringmail_alert_mail_given_up;

// An alert could not be handed to the mail system for now.
//
// `Warning: Internal SMTP Error: {error}`
//
// Event 410.
typedef struct ringmail_alert_mail_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What went wrong.
    struct ringmail_str error;
} ringmail_alert_mail_error;

// An alert could not be sent.
//
// `Critical: Error while sending alert: {error}`
//
// Event 411.
typedef struct ringmail_alert_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What went wrong.
    struct ringmail_str error;
} ringmail_alert_failed;

// A feature's key will soon be over.
//
// `Warning: Your {feature} key will expire in under {days} day(s). {text}`
//
// Event 412.
typedef struct ringmail_key_expires {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The feature.
    struct ringmail_str feature;
    // The days that are left, rounded up.
    uint32_t days;
    // What there is to say.
    struct ringmail_str text;
} ringmail_key_expires;

// The categories of links are others than before.
//
// `Warning: URL category definitions have changed. {text}`
//
// Event 413.
typedef struct ringmail_url_categories_changed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What there is to say.
    struct ringmail_str text;
} ringmail_url_categories_changed;

// What the client of the link reputation service says.
//
// `Info: URL_REP_CLIENT: {text}`
//
// Event 414.
typedef struct ringmail_url_reputation_client {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What there is to say.
    struct ringmail_str text;
} ringmail_url_reputation_client;

// A name could not be looked up for now.
//
// `Info: DNS Temporary Failure {qname} {qtype} - {error}`
//
// Event 415.
typedef struct ringmail_dns_temporary_failure {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The name.
    struct ringmail_str qname;
    // The type that was looked up.
    struct ringmail_str qtype;
    // What went wrong.
    struct ringmail_str error;
} ringmail_dns_temporary_failure;

// A name server sent us to one that knows nothing.
//
// `Info: lame DNS referral: {text}`
//
// Event 416.
typedef struct ringmail_mail_lame_referral {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What there is to say.
    struct ringmail_str text;
} ringmail_mail_lame_referral;

// The counters and gauges of the mail system. Counters count since they were last reset.
//
// `Info: Status: CPULd {cpu_load} DskIO {disk_io} RAMUtil {ram_utilization} QKUsd {queue_kb_used} QKFre {queue_kb_free} CrtMID {current_mid} CrtICID {current_icid} CrtDCID {current_dcid} InjMsg {injected_messages} InjRcp {injected_recipients} GenBncRcp {generated_bounce_recipients} RejRcp {rejected_recipients} DrpMsg {dropped_messages} SftBncEvnt {soft_bounce_events} CmpRcp {completed_recipients} HrdBncRcp {hard_bounced_recipients} DnsHrdBnc {dns_hard_bounces} 5XXHrdBnc {hard_bounces_5xx} FltrHrdBnc {filter_hard_bounces} ExpHrdBnc {expired_hard_bounces} OtrHrdBnc {other_hard_bounces} DlvRcp {delivered_recipients} DelRcp {deleted_recipients} GlbUnsbHt {global_unsubscribe_hits} ActvRcp {active_recipients} UnatmptRcp {unattempted_recipients} AtmptRcp {attempted_recipients} CrtCncIn {connections_in} CrtCncOut {connections_out} DnsReq {dns_requests} NetReq {network_requests} CchHit {cache_hits} CchMis {cache_misses} CchEct {cache_evictions} CchExp {cache_expirations} CPUTTm {cpu_seconds} CPUETm {elapsed_seconds} MaxIO {max_io} RAMUsd {ram_bytes_used} MMLen {messages_in_system} DstInMem {destinations_in_memory} ResCon {resource_conservation} WorkQ {work_queue} QuarMsgs {quarantined_messages} QuarQKUsd {quarantine_kb_used} LogUsd {log_percent_used} SophLd {sophos_load} BMLd {brightmail_load} CASELd {case_load} TotalLd {total_load} LogAvail {log_available} EuQ {spam_quarantine_messages} EuqRls {spam_quarantine_releases} CmrkLd {cloudmark_load} McafLd {mcafee_load} SwIn {swap_in} SwOut {swap_out} SwPgIn {swap_page_in} SwPgOut {swap_page_out} SwapUsage {swap_usage}% RptLd {reporting_load} QtnLd {quarantine_load} EncrQ {encryption_queue} InjBytes {injected_bytes}`
//
// Event 510.
typedef struct ringmail_status {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // CPU load in percent.
    uint64_t cpu_load;
    // Disk load in percent.
    uint64_t disk_io;
    // Use of memory in percent.
    uint64_t ram_utilization;
    // Kilobytes of the queue in use.
    uint64_t queue_kb_used;
    // Kilobytes of the queue that are free.
    uint64_t queue_kb_free;
    // The message number given last.
    uint64_t current_mid;
    // The injection connection number given last.
    uint64_t current_icid;
    // The delivery connection number given last.
    uint64_t current_dcid;
    // Messages injected.
    uint64_t injected_messages;
    // Recipients injected.
    uint64_t injected_recipients;
    // Recipients of bounces that the system made.
    uint64_t generated_bounce_recipients;
    // Recipients rejected.
    uint64_t rejected_recipients;
    // Messages dropped.
    uint64_t dropped_messages;
    // Soft bounces; a recipient can have several.
    uint64_t soft_bounce_events;
    // Recipients completed: bounced, delivered or deleted.
    uint64_t completed_recipients;
    // Recipients that hard bounced.
    uint64_t hard_bounced_recipients;
    // Hard bounces because of DNS.
    uint64_t dns_hard_bounces;
    // Hard bounces because of a reply from 500.
    uint64_t hard_bounces_5xx;
    // Hard bounces by a filter.
    uint64_t filter_hard_bounces;
    // Hard bounces because the queue time was over.
    uint64_t expired_hard_bounces;
    // Hard bounces for other reasons.
    uint64_t other_hard_bounces;
    // Recipients delivered.
    uint64_t delivered_recipients;
    // Recipients deleted from the queue.
    uint64_t deleted_recipients;
    // Hits of the global unsubscribe list.
    uint64_t global_unsubscribe_hits;
    // Recipients in the queue.
    uint64_t active_recipients;
    // Recipients in the queue that were not tried yet.
    uint64_t unattempted_recipients;
    // Recipients in the queue that were tried.
    uint64_t attempted_recipients;
    // Injection connections open.
    uint64_t connections_in;
    // Delivery connections open.
    uint64_t connections_out;
    // DNS requests.
    uint64_t dns_requests;
    // Network requests.
    uint64_t network_requests;
    // Hits of the DNS cache.
    uint64_t cache_hits;
    // Misses of the DNS cache.
    uint64_t cache_misses;
    // Entries pushed out of the DNS cache.
    uint64_t cache_evictions;
    // Entries of the DNS cache that became too old.
    uint64_t cache_expirations;
    // CPU time of the mail process in seconds.
    uint64_t cpu_seconds;
    // Seconds since the mail process started.
    uint64_t elapsed_seconds;
    // The most disk operations in a second.
    uint64_t max_io;
    // Memory in use, in bytes.
    uint64_t ram_bytes_used;
    // Messages in the system.
    uint64_t messages_in_system;
    // Destinations in memory.
    uint64_t destinations_in_memory;
    // Resource conservation: by how many seconds the acceptance of mail is delayed.
    uint64_t resource_conservation;
    // Messages in the work queue.
    uint64_t work_queue;
    // Messages in policy, virus and outbreak quarantines, each counted once.
    uint64_t quarantined_messages;
    // Kilobytes that these messages use.
    uint64_t quarantine_kb_used;
    // Percentage of the log partition in use.
    uint64_t log_percent_used;
    // CPU load of the Sophos engine in percent.
    uint64_t sophos_load;
    // CPU load of the Brightmail engine in percent.
    uint64_t brightmail_load;
    // CPU load of the CASE engine in percent.
    uint64_t case_load;
    // CPU load of everything in percent.
    uint64_t total_load;
    // Disk space free for logs, with its unit: `116G`.
    struct ringmail_str log_available;
    // Messages in the spam quarantine, estimated.
    uint64_t spam_quarantine_messages;
    // Messages on their way out of the spam quarantine, estimated.
    uint64_t spam_quarantine_releases;
    // CPU load of the Cloudmark engine in percent.
    uint64_t cloudmark_load;
    // CPU load of the McAfee engine in percent.
    uint64_t mcafee_load;
    // Memory swapped in.
    uint64_t swap_in;
    // Memory swapped out.
    uint64_t swap_out;
    // Memory paged in.
    uint64_t swap_page_in;
    // Memory paged out.
    uint64_t swap_page_out;
    // Swap space in use in percent.
    uint64_t swap_usage;
    // CPU load of reporting in percent.
    uint64_t reporting_load;
    // CPU load of the quarantines in percent.
    uint64_t quarantine_load;
    // Messages in the encryption queue.
    uint64_t encryption_queue;
    // Bytes of the messages injected.
    uint64_t injected_bytes;
} ringmail_status;

// A machine of the cluster is called.
//
// `Info: Attempting to connect to {host} via IP {ip} port {port}⟦ (explicitly configured)⟧`
//
// Event 520.
typedef struct ringmail_cluster_connecting {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The host's name.
    struct ringmail_str host;
    // The machine's address.
    struct ringmail_ip ip;
    // The machine's port.
    uint16_t port;
    // Whether the line says `explicit`.
    bool explicit_;
    // Zero: room for fields to come.
    uint8_t reserved[3];
} ringmail_cluster_connecting;

// It is checked whether a machine has the cluster's configuration.
//
// `Info: Verifying cluster synchronization with machine {machine}`
//
// Event 521.
typedef struct ringmail_cluster_verifying {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The machine: a host name or a serial number.
    struct ringmail_str machine;
} ringmail_cluster_verifying;

// A machine has the cluster's configuration.
//
// `Info: Cluster synchronization with machine {machine} ok`
//
// Event 522.
typedef struct ringmail_cluster_synchronized {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The machine: a host name or a serial number.
    struct ringmail_str machine;
} ringmail_cluster_synchronized;

// A connection between clusters stands.
//
// `Info: Inter-cluster connection is successful`
//
// Event 523.
typedef struct ringmail_inter_cluster_connected {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_inter_cluster_connected;

// A machine came to or went from the connections between clusters.
//
// `Info: Inter-Cluster connection pool updated for {serial} - host {change}`
//
// Event 524.
typedef struct ringmail_inter_cluster_pool {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The machine's serial number.
    struct ringmail_str serial;
    // `added` or `removed`.
    struct ringmail_str change;
} ringmail_inter_cluster_pool;

// A part of the configuration was handed to the machines of other clusters.
//
// `Info: Successfully committed {area} configuration changes to the inter-cluster machines`
//
// Event 525.
typedef struct ringmail_inter_cluster_commit {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The part of the configuration.
    struct ringmail_str area;
} ringmail_inter_cluster_commit;

// A user put configuration changes into force.
//
// `Info: PID {pid}: User {user} commit changes:⟦ {comment}⟧`
//
// Event 526.
typedef struct ringmail_commit {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The process.
    uint32_t pid;
    // The user; `system` is the system itself.
    struct ringmail_str user;
    // What the user says of the changes.
    // A NULL `ptr`: absent.
    struct ringmail_str comment;
} ringmail_commit;

// A name server sent us to one that knows nothing.
//
// `Warning: lame DNS referral: qname:{qname} ns_name:{server} zone:{zone} ref_zone:{referred} referrals:{referrals}`
//
// Event 527.
typedef struct ringmail_lame_referral {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The name that was looked up.
    struct ringmail_str qname;
    // The name server.
    struct ringmail_str server;
    // The zone that was asked for.
    struct ringmail_str zone;
    // The zone that it sent us to.
    struct ringmail_str referred;
    // The name servers that it named.
    struct ringmail_str referrals;
} ringmail_lame_referral;

// The DNS resolver found no root server.
//
// `Warning: Failed to bootstrap the DNS resolver.⟦ {error}⟧`
//
// Event 528.
typedef struct ringmail_dns_bootstrap_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What went wrong.
    // A NULL `ptr`: absent.
    struct ringmail_str error;
} ringmail_dns_bootstrap_failed;

// A name server could not be reached.
//
// `Warning: DNS query network error {error} to {server} looking up {qname}`
//
// Event 529.
typedef struct ringmail_dns_network_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What went wrong.
    struct ringmail_str error;
    // The name server's address.
    struct ringmail_str server;
    // The name that was looked up.
    struct ringmail_str qname;
} ringmail_dns_network_error;

// A name server's answer has no valid form.
//
// `Warning: Received an invalid DNS Response: {answer} to IP {ip} looking up {qname}`
//
// Event 530.
typedef struct ringmail_dns_invalid_response {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The answer.
    struct ringmail_str answer;
    // The name server's address.
    struct ringmail_ip ip;
    // The name that was looked up.
    struct ringmail_str qname;
} ringmail_dns_invalid_response;

// Something was typed at a prompt.
//
// `Info: PID {pid}: User {user} entered {input}; prompt was {prompt}`
//
// Event 600.
typedef struct ringmail_cli_input {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The process of the session: the key of its lines.
    uint32_t pid;
    // The user.
    struct ringmail_str user;
    // What was typed; empty for the return key alone.
    struct ringmail_str input;
    // All that was shown since the input before, the prompt at its end.
    struct ringmail_str prompt;
} ringmail_cli_input;

// A session was opened.
//
// `Info: PID {pid}: User {user} login from {ip} on {local}`
//
// Event 601.
typedef struct ringmail_cli_login {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The process of the session: the key of its lines.
    uint32_t pid;
    // The user.
    struct ringmail_str user;
    // The client's address.
    struct ringmail_ip ip;
    // The address that it connected to.
    struct ringmail_ip local;
    // Zero: room for fields to come.
    uint8_t reserved[6];
} ringmail_cli_login;

// A command was given with the connection, without a prompt.
//
// `Info: PID {pid}: User {user} executed batch command: {command}`
//
// Event 602.
typedef struct ringmail_cli_batch {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The process of the session: the key of its lines.
    uint32_t pid;
    // The user.
    struct ringmail_str user;
    // The command.
    struct ringmail_str command;
} ringmail_cli_batch;

// A session was closed.
//
// `Info: PID {pid}: User {user} logged out of Command Line Interface using {channel} connection.`
//
// Event 603.
typedef struct ringmail_cli_logout {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The process of the session: the key of its lines.
    uint32_t pid;
    // The user.
    struct ringmail_str user;
    // How the user was connected: `SSH` ...
    struct ringmail_str channel;
} ringmail_cli_logout;

// The service starts.
//
// `Info: System is coming up`
//
// Event 620.
typedef struct ringmail_ftp_coming_up {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_ftp_coming_up;

// A client connected.
//
// `Info: ID:{id} Connection from {ip} on {local}`
//
// Event 621.
typedef struct ringmail_ftp_connection {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The connection, counted from 1: the key of its lines.
    uint64_t id;
    // The client's address.
    struct ringmail_ip ip;
    // The address that it connected to.
    struct ringmail_ip local;
    // Zero: room for fields to come.
    uint8_t reserved[6];
} ringmail_ftp_connection;

// A user logged in, or failed to.
//
// `Info: ID:{id} User {user} login {result}`
//
// Event 622.
typedef struct ringmail_ftp_login {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The connection, counted from 1: the key of its lines.
    uint64_t id;
    // The user.
    struct ringmail_str user;
    // `SUCCESS`, or what the login came to instead.
    struct ringmail_str result;
} ringmail_ftp_login;

// A file came in.
//
// `Info: ID:{id} Upload {file} {bytes} bytes`
//
// Event 623.
typedef struct ringmail_ftp_upload {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The connection, counted from 1: the key of its lines.
    uint64_t id;
    // The file's name.
    struct ringmail_str file;
    // The file's size in bytes.
    uint64_t bytes;
} ringmail_ftp_upload;

// A file went out.
//
// `Info: ID:{id} Download {file} {bytes} bytes`
//
// Event 624.
typedef struct ringmail_ftp_download {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The connection, counted from 1: the key of its lines.
    uint64_t id;
    // The file's name.
    struct ringmail_str file;
    // The file's size in bytes.
    uint64_t bytes;
} ringmail_ftp_download;

// A user logged out.
//
// `Info: ID:{id} User {user} logout`
//
// Event 625.
typedef struct ringmail_ftp_logout {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The connection, counted from 1: the key of its lines.
    uint64_t id;
    // The user.
    struct ringmail_str user;
} ringmail_ftp_logout;

// A service sends its clients to another one.
//
// `Info: http service on {place} redirecting to https port {port}`
//
// Event 640.
typedef struct ringmail_http_redirecting {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // An address and a port: `192.0.2.1:80`.
    struct ringmail_str place;
    // The port of that service.
    uint16_t port;
    // Zero: room for fields to come.
    uint8_t reserved[6];
} ringmail_http_redirecting;

// A service begins to listen.
//
// `Info: {protocol} service listening on {place}`
//
// Event 641.
typedef struct ringmail_http_listening {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // `http` or `https`.
    struct ringmail_str protocol;
    // An address and a port: `192.0.2.1:80`.
    struct ringmail_str place;
} ringmail_http_listening;

// A request was answered.
//
// `Info: req:{ip} user:{user} id:{session} {method} {path} HTTP/{version} {status}`
//
// Event 642.
typedef struct ringmail_http_request {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The client's address.
    struct ringmail_ip ip;
    // The user; `-` when none is logged in.
    struct ringmail_str user;
    // The session's mark, 20 characters.
    struct ringmail_str session;
    // The request's method: `GET`, `POST` ...
    struct ringmail_str method;
    // The page, with its query.
    struct ringmail_str path;
    // The protocol's version: `1.1`.
    struct ringmail_str version;
    // The status of the answer: `200`, `303` ...
    uint16_t status;
    // Zero: room for fields to come.
    uint8_t reserved[6];
} ringmail_http_request;

// A request was answered, with the client's program, as newer versions say it.
//
// `Info: req:{ip} user:{user} id:{session} {status} {method} {path} HTTP/{version} {agent}`
//
// Event 643.
typedef struct ringmail_http_agent_request {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The client's address.
    struct ringmail_ip ip;
    // The user; `-` when none is logged in.
    struct ringmail_str user;
    // The session's mark, 20 characters.
    struct ringmail_str session;
    // The status of the answer: `200`, `303` ...
    uint16_t status;
    // The request's method: `GET`, `POST` ...
    struct ringmail_str method;
    // The page, with its query.
    struct ringmail_str path;
    // The protocol's version: `1.1`.
    struct ringmail_str version;
    // The client's program; `-` when it does not say.
    struct ringmail_str agent;
} ringmail_http_agent_request;

// A request came with a session that does not exist.
//
// `Info: Session {session} from {ip} not found⟦ Destination:{place}⟧`
//
// Event 644.
typedef struct ringmail_http_session_unknown {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The session's mark, 20 characters.
    struct ringmail_str session;
    // The client's address.
    struct ringmail_ip ip;
    // An address and a port: `192.0.2.1:80`.
    // A NULL `ptr`: absent.
    struct ringmail_str place;
} ringmail_http_session_unknown;

// A session is over.
//
// `Info: Session {session} user:{user} expired`
//
// Event 645.
typedef struct ringmail_http_session_expired {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The session's mark, 20 characters.
    struct ringmail_str session;
    // The user; `-` when none is logged in.
    struct ringmail_str user;
} ringmail_http_session_expired;

// A session is over because nobody used it.
//
// `Info: Action: User {user} logged out from session {session} beacuse of inactivity timeout`
//
// Event 646.
typedef struct ringmail_http_session_idle {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user; `-` when none is logged in.
    struct ringmail_str user;
    // The session's mark, 20 characters.
    struct ringmail_str session;
} ringmail_http_session_idle;

// A session was opened.
//
// `Info: SourceIP:{ip} Destination:{place} Username:{user} Privilege:{privilege} session:{session} Action: The HTTPS session has been established successfully.`
//
// Event 647.
typedef struct ringmail_http_session_opened {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The client's address.
    struct ringmail_ip ip;
    // An address and a port: `192.0.2.1:80`.
    struct ringmail_str place;
    // The user; `-` when none is logged in.
    struct ringmail_str user;
    // The user's role.
    struct ringmail_str privilege;
    // The session's mark, 20 characters.
    struct ringmail_str session;
} ringmail_http_session_opened;

// A connection's encryption failed.
//
// `Info: SSL error with client {place} - {error}`
//
// Event 648.
typedef struct ringmail_http_tls_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // An address and a port: `192.0.2.1:80`.
    struct ringmail_str place;
    // What went wrong.
    struct ringmail_str error;
} ringmail_http_tls_error;

// A connection failed.
//
// `Info: Error in {protocol} connection from host {host} port {port} - {error}`
//
// Event 649.
typedef struct ringmail_http_connection_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // `http` or `https`.
    struct ringmail_str protocol;
    // The client's address or name.
    struct ringmail_str host;
    // The client's port.
    uint16_t port;
    // What went wrong.
    struct ringmail_str error;
} ringmail_http_connection_error;

// What the scheduled reports say.
//
// `Info: PERIODIC REPORTS: {text}`
//
// Event 650.
typedef struct ringmail_http_reports {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What there is to say.
    struct ringmail_str text;
} ringmail_http_reports;

// A user has another passphrase.
//
// `Info: Passphrase has been changed for user {user}`
//
// Event 651.
typedef struct ringmail_http_passphrase {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user; `-` when none is logged in.
    struct ringmail_str user;
} ringmail_http_passphrase;

// A time server was asked.
//
// `Info: sntp query host {host} delay {delay} offset {offset}`
//
// Event 670.
typedef struct ringmail_ntp_query {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The time server.
    struct ringmail_str host;
    // How long the answer took, in microseconds.
    int64_t delay;
    // Its time minus ours, in microseconds.
    int64_t offset;
} ringmail_ntp_query;

// The clock is steered.
//
// `Info: adjust: time_const: {time_const} offset: {offset}us next_poll: {next_poll}`
//
// Event 671.
typedef struct ringmail_ntp_adjust {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The time constant of the control loop, as a power of two.
    uint32_t time_const;
    // Its time minus ours, in microseconds.
    int64_t offset;
    // When the server is asked again, in seconds from now.
    uint64_t next_poll;
} ringmail_ntp_adjust;

// The clock was set.
//
// `Info: The system time was changed from {from} to {to} using information from {host}.`
//
// Event 672.
typedef struct ringmail_ntp_time_changed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The time before: `Sun, 16 Jun 2024 21:00:52`.
    struct ringmail_str from;
    // The time since.
    struct ringmail_str to;
    // The time server.
    struct ringmail_str host;
} ringmail_ntp_time_changed;

// An address was replaced as a directory says.
//
// `Info: Masquerade query {query} address {address} to {target}`
//
// Event 680.
typedef struct ringmail_ldap_masquerade {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The query's name.
    struct ringmail_str query;
    // The address that was looked up.
    struct ringmail_str address;
    // The address that takes its place.
    struct ringmail_str target;
} ringmail_ldap_masquerade;

// What is remembered of answers was thrown away.
//
// `Info: Clearing LDAP cache`
//
// Event 681.
typedef struct ringmail_ldap_cache_cleared {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_ldap_cache_cleared;

// A query is about to be sent.
//
// `Info: Query {template} to server {server} ({host}:{port})`
//
// Event 682.
typedef struct ringmail_ldap_querying {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The query, with `{a}` for the address and `{g}` for the group.
    struct ringmail_str template_;
    // The server's name in the configuration.
    struct ringmail_str server;
    // The server's host name.
    struct ringmail_str host;
    // The server's port.
    uint16_t port;
    // Zero: room for fields to come.
    uint8_t reserved[6];
} ringmail_ldap_querying;

// What is sent: the query with its values.
//
// `Info: After substitute, query is {query}`
//
// Event 683.
typedef struct ringmail_ldap_substituted {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The query.
    struct ringmail_str query;
} ringmail_ldap_substituted;

// There was no connection, so one is opened.
//
// `Info: connecting to server`
//
// Event 684.
typedef struct ringmail_ldap_connecting {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_ldap_connecting;

// The connection stands.
//
// `Info: connected`
//
// Event 685.
typedef struct ringmail_ldap_connected {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_ldap_connected;

// A query was answered.
//
// `Info: Query {query} returned {results} results`
//
// Event 686.
typedef struct ringmail_ldap_answered {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The query.
    struct ringmail_str query;
    // How many entries match.
    uint64_t results;
} ringmail_ldap_answered;

// What is made of an answer.
//
// `Info: returning: [{results}]`
//
// Event 687.
typedef struct ringmail_ldap_returning {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The entries; `<LDAP:>` is one of which no attribute was asked for.
    struct ringmail_str results;
} ringmail_ldap_returning;

// What the engine says.
//
// `Info: case antispam - engine ({pid}) : {component}: {text}`
//
// Event 700.
typedef struct ringmail_case_engine {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The engine's process.
    uint32_t pid;
    // The part of the engine: `case-daemon`, `startup`, `config` ...
    struct ringmail_str component;
    // What there is to say.
    struct ringmail_str text;
} ringmail_case_engine;

// What the engine says.
//
// `Info: graymail [{component}] {text}`
//
// Event 710.
typedef struct ringmail_graymail_says {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The part of the engine: `BASE`, `HANDLER`, `ENGINE` ...
    struct ringmail_str component;
    // What there is to say.
    struct ringmail_str text;
} ringmail_graymail_says;

// It is asked whether there is an update.
//
// `Info: Checking for {vendor} Update`
//
// Event 720.
typedef struct ringmail_av_update_check {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The engine's vendor.
    struct ringmail_str vendor;
} ringmail_av_update_check;

// The engine is the newest.
//
// `Info: Current SAV engine ver={version}. No engine update needed`
//
// Event 721.
typedef struct ringmail_av_engine_current {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The engine's version.
    struct ringmail_str version;
} ringmail_av_engine_current;

// The engine's virus definitions are the newest.
//
// `Info: Current IDE serial={serial}. No update needed.`
//
// Event 722.
typedef struct ringmail_av_definitions_current {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The definitions' serial number.
    struct ringmail_str serial;
} ringmail_av_definitions_current;

// What an engine says of a message.
//
// `Info: {vendor}  antivirus - MID {mid} - Result {verdict} ({details})`
//
// Event 723.
typedef struct ringmail_av_result {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The engine's vendor.
    struct ringmail_str vendor;
    // The message.
    uint64_t mid;
    // The verdict: `CLEAN` ...
    struct ringmail_str verdict;
    // What was found; often nothing.
    struct ringmail_str details;
} ringmail_av_result;

// An engine could not scan a part of a message.
//
// `Info: {vendor}  antivirus - MID {mid} {step} - Error - {error} {code}`
//
// Event 724.
typedef struct ringmail_av_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The engine's vendor.
    struct ringmail_str vendor;
    // The message.
    uint64_t mid;
    // The number that the engine puts behind the message's.
    uint64_t step;
    // What went wrong.
    struct ringmail_str error;
    // The engine's own number for what happened: `0x8004021`.
    struct ringmail_str code;
} ringmail_av_error;

// An engine found a virus.
//
// `Info: {vendor}  antivirus - MID {mid} {step} - Virus {virus} {part} {flags}`
//
// Event 725.
typedef struct ringmail_av_virus {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The engine's vendor.
    struct ringmail_str vendor;
    // The message.
    uint64_t mid;
    // The number that the engine puts behind the message's.
    uint64_t step;
    // The virus's name.
    struct ringmail_str virus;
    // Where in the message it is.
    struct ringmail_str part;
    // Two numbers of the engine's: `1 0`.
    struct ringmail_str flags;
} ringmail_av_virus;

// An engine stopped at one of its limits.
//
// `Info: {vendor}  antivirus - MID {mid} {step} - Limit - {limit}`
//
// Event 726.
typedef struct ringmail_av_limit {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The engine's vendor.
    struct ringmail_str vendor;
    // The message.
    uint64_t mid;
    // The number that the engine puts behind the message's.
    uint64_t step;
    // The limit: `Max Files Exceeded` ...
    struct ringmail_str limit;
} ringmail_av_limit;

// An engine took too long.
//
// `Info: {vendor}  antivirus - MID {mid} - timed out on message`
//
// Event 727.
typedef struct ringmail_av_timeout {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The engine's vendor.
    struct ringmail_str vendor;
    // The message.
    uint64_t mid;
} ringmail_av_timeout;

// Reputations can be asked for.
//
// `Info: File reputation service initialized successfully`
//
// Event 740.
typedef struct ringmail_amp_reputation_ready {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_amp_reputation_ready;

// Which files can be analysed.
//
// `Info: The following file type(s) can be sent for File Analysis: {types}. To allow analysis of new file type(s), go to Security Services > File Reputation and Analysis.`
//
// Event 741.
typedef struct ringmail_amp_file_types {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The types' names, with commas between them.
    struct ringmail_str types;
} ringmail_amp_file_types;

// Files can be analysed.
//
// `Info: File Analysis service initialized successfully`
//
// Event 742.
typedef struct ringmail_amp_analysis_ready {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_amp_analysis_ready;

// A reputation could not be learned.
//
// `Warning: MID {mid} reputation query failed for attachment {file} with error "{error}"`
//
// Event 743.
typedef struct ringmail_amp_query_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The file's name; `unknown` when it has none.
    struct ringmail_str file;
    // What went wrong.
    struct ringmail_str error;
} ringmail_amp_query_failed;

// A reputation is asked for.
//
// `Info: File reputation query initiating. File Name = {file}, MID = {mid}, File Size = {bytes} bytes, File Type = {mime}`
//
// Event 744.
typedef struct ringmail_amp_query {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The file's name; `unknown` when it has none.
    struct ringmail_str file;
    // The message.
    uint64_t mid;
    // The file's size in bytes.
    uint64_t bytes;
    // The file's MIME type.
    struct ringmail_str mime;
} ringmail_amp_query;

// A reputation was learned.
//
// `Info: Response received for file reputation query from {source}. File Name = {file}, MID = {mid}, Disposition = {disposition}, Malware = {malware}, Reputation Score = {score}, sha256 = {sha256}, upload_action = {upload}`
//
// Event 745.
typedef struct ringmail_amp_response {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Who answered: `Cloud` or `Cache`.
    struct ringmail_str source;
    // The file's name; `unknown` when it has none.
    struct ringmail_str file;
    // The message.
    uint64_t mid;
    // `MALICIOUS`, `CLEAN`, `FILE UNKNOWN`, `VERDICT UNKNOWN`, `LOW RISK` ...
    struct ringmail_str disposition;
    // The threat's name; `None` when there is none.
    struct ringmail_str malware;
    // The score that the server gives.
    int64_t score;
    // The file's SHA-256, 64 small hexadecimal digits.
    struct ringmail_str sha256;
    // 0 no need to send the file, 1 send it, 2 do not, 3 send what describes it only.
    uint8_t upload;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_amp_response;

// A reputation was learned, as newer versions say it.
//
// `Info: Response received for file reputation query from {source}. File Name = {file}, MID = {mid}, Disposition = {disposition}, Malware = {malware}, Analysis Score = {score}, sha256 = {sha256}, upload_action = {upload}⟦, verdict_source = {engine}⟧`
//
// Event 746.
typedef struct ringmail_amp_cloud_response {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Who answered: `Cloud` or `Cache`.
    struct ringmail_str source;
    // The file's name; `unknown` when it has none.
    struct ringmail_str file;
    // The message.
    uint64_t mid;
    // `MALICIOUS`, `CLEAN`, `FILE UNKNOWN`, `VERDICT UNKNOWN`, `LOW RISK` ...
    struct ringmail_str disposition;
    // The threat's name; `None` when there is none.
    struct ringmail_str malware;
    // The score that the server gives.
    int64_t score;
    // The file's SHA-256, 64 small hexadecimal digits.
    struct ringmail_str sha256;
    // In words: `Recommended to send the file for analysis` ...
    struct ringmail_str upload;
    // The engine that says so.
    // A NULL `ptr`: absent.
    struct ringmail_str engine;
} ringmail_amp_cloud_response;

// A file was sent to be analysed.
//
// `Info: File uploaded for analysis. SHA256: {sha256}⟦, file name: {file}⟧`
//
// Event 748.
typedef struct ringmail_amp_uploaded {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The file's SHA-256, 64 small hexadecimal digits.
    struct ringmail_str sha256;
    // The file's name; `unknown` when it has none.
    // A NULL `ptr`: absent.
    struct ringmail_str file;
} ringmail_amp_uploaded;

// An analysis is not over.
//
// `Info: File Analysis is running for SHA: {sha256}`
//
// Event 749.
typedef struct ringmail_amp_analysis_running {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The file's SHA-256, 64 small hexadecimal digits.
    struct ringmail_str sha256;
} ringmail_amp_analysis_running;

// An analysis is over.
//
// `Info: File Analysis complete. SHA256: {sha256}, Submit Timestamp: {submitted}, Update Timestamp: {updated}, Disposition: {result} Score: {score}, run_id: {run} Details: {details}`
//
// Event 750.
typedef struct ringmail_amp_analysis_done {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The file's SHA-256, 64 small hexadecimal digits.
    struct ringmail_str sha256;
    // When the file was sent, in seconds since 1970.
    uint64_t submitted;
    // When the analysis was over, in seconds since 1970.
    uint64_t updated;
    // 1 no malware found, 2 clean, 3 malware.
    uint8_t result;
    // The score that the server gives.
    int64_t score;
    // The server's number for the analysis.
    uint64_t run;
    // What the server says.
    struct ringmail_str details;
} ringmail_amp_analysis_done;

// A file is not analysed.
//
// `Info: File not uploaded for analysis. MID = {mid} File SHA256[{sha256}] file mime[{mime}] Reason: {reason}`
//
// Event 751.
typedef struct ringmail_amp_not_uploaded {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The file's SHA-256, 64 small hexadecimal digits.
    struct ringmail_str sha256;
    // The file's MIME type.
    struct ringmail_str mime;
    // Why.
    struct ringmail_str reason;
} ringmail_amp_not_uploaded;

// A file was to be sent, and is given up.
//
// `Info: File analysis upload skipped. SHA256: {sha256},Timestamp[{at}] details[{details}]`
//
// Event 752.
typedef struct ringmail_amp_upload_skipped {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The file's SHA-256, 64 small hexadecimal digits.
    struct ringmail_str sha256;
    // When it was sent in vain, in seconds since 1970.
    uint64_t at;
    // What the server says.
    struct ringmail_str details;
} ringmail_amp_upload_skipped;

// No more files can be sent.
//
// `Critical: The attachment could not be uploaded to the File Analysis server because the appliance exceeded the upload limit`
//
// Event 753.
typedef struct ringmail_amp_upload_limit {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_amp_upload_limit;

// What is known of a file changed after its delivery.
//
// `Info: Retrospective verdict received. SHA256: {sha256}, Timestamp: {at}, Verdict: {verdict}, Reputation Score: {score}, Spyname: {malware}`
//
// Event 754.
typedef struct ringmail_amp_retrospective {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The file's SHA-256, 64 small hexadecimal digits.
    struct ringmail_str sha256;
    // When, in seconds since 1970 with a fraction: `1475832815.7`.
    struct ringmail_str at;
    // `MALICIOUS` or `CLEAN`.
    struct ringmail_str verdict;
    // The score that the server gives.
    int64_t score;
    // The threat's name.
    struct ringmail_str malware;
} ringmail_amp_retrospective;

// An alert is about to be handed to the mail system.
//
// `Info: Internal SMTP system attempting to send a message to {address} with subject {subject} (attempt #{attempt}).`
//
// Event 770.
typedef struct ringmail_scan_alert_attempt {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Whom the alert is for.
    struct ringmail_str address;
    // The alert's subject: `{Severity} <{Class}> {host}: {text}`, cut with `...`.
    struct ringmail_str subject;
    // The attempt, counted from 0.
    uint32_t attempt;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_scan_alert_attempt;

// An alert was handed to the mail system.
//
// `Info: Internal SMTP system successfully sent a message to {address} with subject {subject}.`
//
// Event 771.
typedef struct ringmail_scan_alert_mail_sent {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Whom the alert is for.
    struct ringmail_str address;
    // The alert's subject: `{Severity} <{Class}> {host}: {text}`, cut with `...`.
    struct ringmail_str subject;
} ringmail_scan_alert_mail_sent;

// An alert was sent.
//
// `Info: A {class} alert was sent to {address} with subject "{subject}".`
//
// Event 772.
typedef struct ringmail_scan_alert_sent {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Its class and severity: `Anti-Virus/Warning`.
    struct ringmail_str class_;
    // Whom the alert is for.
    struct ringmail_str address;
    // The alert's subject: `{Severity} <{Class}> {host}: {text}`, cut with `...`.
    struct ringmail_str subject;
} ringmail_scan_alert_sent;

// An alert could not be handed to the mail system and is given up.
//
// `Critical: Internal SMTP giving up on message to {address} with subject {subject}: Unrecoverable error.`
//
// Event 773.
typedef struct ringmail_scan_alert_given_up {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Whom the alert is for.
    struct ringmail_str address;
    // The alert's subject: `{Severity} <{Class}> {host}: {text}`, cut with `...`.
    struct ringmail_str subject;
} ringmail_scan_alert_given_up;

// An alert could not be handed to the mail system for now.
//
// `Warning: Internal SMTP Error: {error}`
//
// Event 774.
typedef struct ringmail_scan_alert_mail_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What went wrong.
    struct ringmail_str error;
} ringmail_scan_alert_mail_error;

// An alert could not be sent.
//
// `Critical: Error while sending alert: {error}`
//
// Event 775.
typedef struct ringmail_scan_alert_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What went wrong.
    struct ringmail_str error;
} ringmail_scan_alert_failed;

// What the service says that takes messages apart.
//
// `Info: PF: {text}`
//
// Event 776.
typedef struct ringmail_content_scanner {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What there is to say.
    struct ringmail_str text;
} ringmail_content_scanner;

// Messages are to be released.
//
// `Info: ISQ: Releasing MID [{mids}] for all`
//
// Event 780.
typedef struct ringmail_isq_releasing {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The messages' numbers, with comma and blank between them.
    struct ringmail_str mids;
} ringmail_isq_releasing;

// A released message goes straight to its delivery.
//
// `Info: ISQ: Delivering released MID {mid} (skipping work queue)`
//
// Event 781.
typedef struct ringmail_isq_delivering {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_isq_delivering;

// A message was released.
//
// `Info: ISQ: Released MID {mid} to {recipient}`
//
// Event 782.
typedef struct ringmail_isq_released {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The recipient.
    struct ringmail_str recipient;
} ringmail_isq_released;

// What is done when the quarantine is full changed.
//
// `Info: ISQ: out of limit action changed to {action}`
//
// Event 783.
typedef struct ringmail_isq_limit_action {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is done.
    struct ringmail_str action;
} ringmail_isq_limit_action;

// A message was put into the quarantine.
//
// `Info: ISQ: Quarantined MID {mid} for {recipient}`
//
// Event 784.
typedef struct ringmail_isq_quarantined {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The recipient.
    struct ringmail_str recipient;
} ringmail_isq_quarantined;

// A message was deleted from the quarantine.
//
// `Info: ISQ: Deleted MID {mid} ({reason})`
//
// Event 785.
typedef struct ringmail_isq_deleted {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Why: `expired`, `out of space`, `user` ...
    struct ringmail_str reason;
} ringmail_isq_deleted;

// The pages can be reached.
//
// `Info: ISQ: Serving {protocol} on {ip}, port {port}`
//
// Event 800.
typedef struct ringmail_isq_serving {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // `HTTP` or `HTTPS`.
    struct ringmail_str protocol;
    // The address.
    struct ringmail_ip ip;
    // The port.
    uint16_t port;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_isq_serving;

// A user is who they say.
//
// `Info: Authentication OK, user {user}`
//
// Event 801.
typedef struct ringmail_isq_authenticated {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user; `-` when none is logged in.
    struct ringmail_str user;
} ringmail_isq_authenticated;

// A user was logged out.
//
// `Info: logout:{user} user:{session} session:{ip}`
//
// Event 802.
typedef struct ringmail_isq_logout {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user; `-` when none is logged in.
    struct ringmail_str user;
    // The session's mark, 20 characters.
    struct ringmail_str session;
    // The client's address.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_isq_logout;

// A user was logged in.
//
// `Info: login:{user} user:{session} session:{ip}`
//
// Event 803.
typedef struct ringmail_isq_login {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user; `-` when none is logged in.
    struct ringmail_str user;
    // The session's mark, 20 characters.
    struct ringmail_str session;
    // The client's address.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_isq_login;

// Somebody could not prove to be a user.
//
// `Info: Authentication FAILED, user {user}`
//
// Event 804.
typedef struct ringmail_isq_authentication_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user; `-` when none is logged in.
    struct ringmail_str user;
} ringmail_isq_authentication_failed;

// Bytes were sent to a client.
//
// `Info: {icid} Sent to '{ip}': '{data}'`
//
// Event 820.
typedef struct ringmail_sent_to_client {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The client's address.
    struct ringmail_ip ip;
    // The bytes of one write or read, line ends included, at most 8192.
    struct ringmail_str data;
    // The client's name by reverse DNS, empty or `unknown` when there is none.
    struct ringmail_str host;
} ringmail_sent_to_client;

// Bytes were received from a client.
//
// `Info: {icid} Rcvd from '{ip}': '{data}'`
//
// Event 821.
typedef struct ringmail_received_from_client {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The injection connection.
    uint64_t icid;
    // The client's address.
    struct ringmail_ip ip;
    // The bytes of one write or read, line ends included, at most 8192.
    struct ringmail_str data;
    // The client's name by reverse DNS, empty or `unknown` when there is none.
    struct ringmail_str host;
} ringmail_received_from_client;

// Bytes were sent to a server.
//
// `Info: {dcid} Sent: {data}`
//
// Event 825.
typedef struct ringmail_sent_to_server {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // The bytes of one write or read, line ends included, at most 8192.
    struct ringmail_str data;
    // The server's address.
    struct ringmail_ip ip;
    // The recipients' domain that the connection is for.
    struct ringmail_str domain;
} ringmail_sent_to_server;

// Bytes were received from a server.
//
// `Info: {dcid} Rcvd: {data}`
//
// Event 826.
typedef struct ringmail_received_from_server {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery connection.
    uint64_t dcid;
    // The bytes of one write or read, line ends included, at most 8192.
    struct ringmail_str data;
    // The server's address.
    struct ringmail_ip ip;
    // The recipients' domain that the connection is for.
    struct ringmail_str domain;
} ringmail_received_from_server;

// A copy of the database was saved.
//
// `Info: SLBL: The database snapshot has been created.`
//
// Event 830.
typedef struct ringmail_slbl_snapshot {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_slbl_snapshot;

// Senders could not be put on a list.
//
// `Warning: SLBL: Adding senders to the database failed.`
//
// Event 831.
typedef struct ringmail_slbl_add_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_slbl_add_failed;

// Senders were put on a list.
//
// `Info: SLBL: Adding senders to the database succeeded.`
//
// Event 832.
typedef struct ringmail_slbl_added {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_slbl_added;

// No copy of the database could be saved.
//
// `Warning: SLBL: Creating the database snapshot failed: {error}`
//
// Event 833.
typedef struct ringmail_slbl_snapshot_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What went wrong.
    struct ringmail_str error;
} ringmail_slbl_snapshot_failed;

// How much the figures of a period take.
//
// `Info: Period {period} using {kilobytes} (KB)`
//
// Event 840.
typedef struct ringmail_report_period {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // `minute`, `hour`, `day` or `month`.
    struct ringmail_str period;
    // In kilobytes.
    uint64_t kilobytes;
} ringmail_report_period;

// Gateways handed in their figures.
//
// `Info: Update {count} registered appliance at {minute}`
//
// Event 841.
typedef struct ringmail_report_update {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // How many gateways.
    uint64_t count;
    // The minute: `2007-10-03-13-40`.
    struct ringmail_str minute;
} ringmail_report_update;

// How well the cache of pages does.
//
// `Info: Pages found in cache: {found} ({percent}%). Not found: {missing}`
//
// Event 842.
typedef struct ringmail_report_cache {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // How many pages were there.
    uint64_t found;
    // How many these are of all, in per cent.
    uint8_t percent;
    // How many were not.
    uint64_t missing;
} ringmail_report_cache;

// The figures are safe on disk.
//
// `Info: HELPER checkpointed in {seconds} seconds`
//
// Event 843.
typedef struct ringmail_report_checkpoint {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // How long it took, in seconds with a fraction.
    struct ringmail_str seconds;
} ringmail_report_checkpoint;

// A span of time is not looked at any more.
//
// `Info: Query: Closing interval handle {handle}.`
//
// Event 850.
typedef struct ringmail_query_interval_closed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The query's number: the key of its lines.
    uint64_t handle;
} ringmail_query_interval_closed;

// A query is over.
//
// `Info: Query: Closing query handle {handle}.`
//
// Event 851.
typedef struct ringmail_query_closed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The query's number: the key of its lines.
    uint64_t handle;
} ringmail_query_closed;

// A query over the figures of all gateways begins.
//
// `Info: Query: Merge query with handle {handle} for [{counters}] for rollup period "{period}" with interval range {from} to {to} with key constraints {constraints} sorting on [{sorting}] returning results from {first} to {last} sort_ascending={ascending}.`
//
// Event 852.
typedef struct ringmail_query_merge {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The query's number: the key of its lines.
    uint64_t handle;
    // The counters that are asked for.
    struct ringmail_strs counters;
    // What they are added up over: `day` ...
    struct ringmail_str period;
    // The first day: `2007-08-29`.
    struct ringmail_str from;
    // The last day.
    struct ringmail_str to;
    // Which keys are wanted; `None` for all.
    struct ringmail_str constraints;
    // The counters by which the result is sorted.
    struct ringmail_strs sorting;
    // The first result, counted from 0.
    uint64_t first;
    // The result to end before.
    uint64_t last;
    // Whether the smallest come first.
    bool ascending;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_query_merge;

// It is time to ask for updates.
//
// `Info: Starting scheduled update`
//
// Event 860.
typedef struct ringmail_update_started {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_update_started;

// The server's list of updates is here.
//
// `Info: Acquired server manifest, starting update {update}`
//
// Event 861.
typedef struct ringmail_update_manifest {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The update, counted from 1.
    uint64_t update;
} ringmail_update_manifest;

// There is an update for a component.
//
// `Info: Server manifest specified an update for {component}`
//
// Event 862.
typedef struct ringmail_update_specified {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
} ringmail_update_specified;

// When updates are asked for again.
//
// `Info: Scheduled next update to occur at {at}`
//
// Event 863.
typedef struct ringmail_update_scheduled {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // When.
    int64_t at;
} ringmail_update_scheduled;

// A component was told of its update.
//
// `Info: {component} was signalled to start a new update`
//
// Event 864.
typedef struct ringmail_update_signalled {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
} ringmail_update_signalled;

// A component looks at the files of its update.
//
// `Info: {component} processing files from the server manifest`
//
// Event 865.
typedef struct ringmail_update_processing {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
} ringmail_update_processing;

// A component begins the next step of its update.
//
// `Info: {component} started {step} files`
//
// Event 866.
typedef struct ringmail_update_step {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
    // `downloading`, `decrypting`, `decompressing`, `applying`.
    struct ringmail_str step;
} ringmail_update_step;

// A component fetches a file.
//
// `Info: {component} downloading remote file "{url}"`
//
// Event 867.
typedef struct ringmail_update_downloading {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
    // Where from.
    struct ringmail_str url;
} ringmail_update_downloading;

// A component decrypts a file.
//
// `Info: {component} decrypting file "{path}" with method "{cipher}"`
//
// Event 868.
typedef struct ringmail_update_decrypting {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
    // The file's path.
    struct ringmail_str path;
    // The cipher: `des3_cbc` ...
    struct ringmail_str cipher;
} ringmail_update_decrypting;

// A component puts a file into its place.
//
// `Info: {component} applying file "{path}"`
//
// Event 869.
typedef struct ringmail_update_applying {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
    // The file's path.
    struct ringmail_str path;
} ringmail_update_applying;

// A component checks its files.
//
// `Info: {component} verifying applied files`
//
// Event 870.
typedef struct ringmail_update_verifying {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
} ringmail_update_verifying;

// A component notes what it has now.
//
// `Info: {component} updating the client manifest`
//
// Event 871.
typedef struct ringmail_update_client_manifest {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
} ringmail_update_client_manifest;

// A component's update is over.
//
// `Info: {component} update completed`
//
// Event 872.
typedef struct ringmail_update_completed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
} ringmail_update_completed;

// A component has nothing to do.
//
// `Info: {component} waiting for new updates`
//
// Event 873.
typedef struct ringmail_update_waiting {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
} ringmail_update_waiting;

// A component's update is left out.
//
// `Debug: Skipping update request for "{component}"`
//
// Event 874.
typedef struct ringmail_update_skipped {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
} ringmail_update_skipped;

// A component is not to be updated.
//
// `Debug: {component} updates disabled`
//
// Event 875.
typedef struct ringmail_update_disabled {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
} ringmail_update_disabled;

// A component has no valid key.
//
// `Debug: {component} feature key disabled`
//
// Event 876.
typedef struct ringmail_update_key_disabled {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
} ringmail_update_key_disabled;

// Somebody gives the updater commands.
//
// `Trace: command session starting`
//
// Event 877.
typedef struct ringmail_update_session {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_update_session;

// An engine is not updated by itself any more.
//
// `Info: Automatic updates disabled for engine {engine}`
//
// Event 878.
typedef struct ringmail_update_automatic_disabled {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The engine.
    struct ringmail_str engine;
} ringmail_update_automatic_disabled;

// A component went back to its update before.
//
// `Info: {component}: Backup update applied successfully`
//
// Event 879.
typedef struct ringmail_update_backup {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is updated: `mcafee`, `case` ...
    struct ringmail_str component;
} ringmail_update_backup;

// An alert is about to be handed to the mail system.
//
// `Info: Internal SMTP system attempting to send a message to {address} with subject {subject} (attempt #{attempt}).`
//
// Event 880.
typedef struct ringmail_update_alert_attempt {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Whom the alert is for.
    struct ringmail_str address;
    // The alert's subject.
    struct ringmail_str subject;
    // The attempt, counted from 0.
    uint32_t attempt;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_update_alert_attempt;

// A file waits to be read into the database.
//
// `Info: Tracking parser moved {from} to {to}.`
//
// Event 890.
typedef struct ringmail_tracking_moved {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Where it was.
    struct ringmail_str from;
    // Where it is.
    struct ringmail_str to;
} ringmail_tracking_moved;

// A file is fetched from a gateway.
//
// `Info: TRANSFER: Plugin {plugin} downloading from {ip} - {path}`
//
// Event 891.
typedef struct ringmail_tracking_transfer {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What fetches it: `TRACKINGPLUGIN` ...
    struct ringmail_str plugin;
    // The gateway's address.
    struct ringmail_ip ip;
    // The file's path.
    struct ringmail_str path;
} ringmail_tracking_transfer;

// A user is who they say.
//
// `Info: User {user}⟦ from {ip}⟧ was authenticated successfully.`
//
// Event 900.
typedef struct ringmail_login_succeeded {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user.
    struct ringmail_str user;
    // The client's address.
    // A `family` of 0: absent.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_login_succeeded;

// Somebody could not prove to be a user.
//
// `Info: User {user}⟦ from {ip}⟧ failed authentication.`
//
// Event 901.
typedef struct ringmail_login_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user.
    struct ringmail_str user;
    // The client's address.
    // A `family` of 0: absent.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_login_failed;

// A user logged on to the web interface.
//
// `Info: The user {user} successfully logged on from {ip}⟦ with privilege {privilege}⟧ using an HTTPS connection.`
//
// Event 902.
typedef struct ringmail_web_login {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user.
    struct ringmail_str user;
    // The client's address.
    struct ringmail_ip ip;
    // The user's role.
    // A NULL `ptr`: absent.
    struct ringmail_str privilege;
} ringmail_web_login;

// Somebody could not prove to be a user, in the web interface if it says HTTPS.
//
// `Info: An authentication attempt by the user {user} from {ip} failed⟦ using an HTTPS connection.⟧`
//
// Event 903.
typedef struct ringmail_login_attempt_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user.
    struct ringmail_str user;
    // The client's address.
    struct ringmail_ip ip;
    // Whether the line says `https`.
    bool https;
    // Zero: room for fields to come.
    uint8_t reserved[6];
} ringmail_login_attempt_failed;

// A session was opened.
//
// `Info: login:{ip} user:{user} session:{session}`
//
// Event 904.
typedef struct ringmail_session_login {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The client's address.
    struct ringmail_ip ip;
    // The user.
    struct ringmail_str user;
    // The session's mark.
    struct ringmail_str session;
} ringmail_session_login;

// A session was closed.
//
// `Info: logout:{ip} user:{user} session:{session}`
//
// Event 905.
typedef struct ringmail_session_logout {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The client's address.
    struct ringmail_ip ip;
    // The user.
    struct ringmail_str user;
    // The session's mark.
    struct ringmail_str session;
} ringmail_session_logout;

// A session at the command line is over because nobody used it.
//
// `Info: CLI: User {user} logged out from {ip} because of inactivity timeout`
//
// Event 906.
typedef struct ringmail_cli_idle {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user.
    struct ringmail_str user;
    // The client's address.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_cli_idle;

// A session in the web interface is over because nobody used it.
//
// `Info: GUI: User {user} logged out from session {session} because of inactivity timeout`
//
// Event 907.
typedef struct ringmail_web_idle {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user.
    struct ringmail_str user;
    // The session's mark.
    struct ringmail_str session;
} ringmail_web_idle;

// The session of a process is over because nobody used it.
//
// `Info: PID {pid}: User {user} logged out from session because of inactivity timeout.`
//
// Event 908.
typedef struct ringmail_session_idle {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The process.
    uint32_t pid;
    // The user.
    struct ringmail_str user;
} ringmail_session_idle;

// A user closed a session at the command line.
//
// `Info: User {user} logged out of SSH session {ip}`
//
// Event 909.
typedef struct ringmail_ssh_logout {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user.
    struct ringmail_str user;
    // The client's address.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_ssh_logout;

// A part of a configuration that was committed. [`ConfigurationPart::parts`] makes them.
//
// `Info: Configuration part {sequence} of {id}⟦, the last⟧`
//
// Event 930.
typedef struct ringmail_configuration_part {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The part's number in its configuration, from 0. All but the number, the data and `last`
    // stand in the first part alone.
    uint32_t sequence;
    // The same for all parts of a configuration, another for each commit.
    uint64_t id;
    // Whether the line says `last`.
    bool last;
    // What was typed at the commit.
    struct ringmail_str comment;
    // Who committed.
    struct ringmail_str user;
    // What the change is about: a sentence for each changed table, with line feeds between.
    struct ringmail_str description;
    // The machine's model number.
    struct ringmail_str model;
    // How many processors the machine has.
    uint32_t cpus;
    // The machine's memory in gigabytes.
    uint32_t memory_gb;
    // The licensed features, each with its terms as the file shows them:
    // `Quantity = 10, Time Remaining = "25 days"`, or `"Perpetual"`.
    struct ringmail_pairs features;
    // The part's bytes, at most 8192.
    struct ringmail_str data;
} ringmail_configuration_part;

// It is asked which upgrades there are.
//
// `Info: Upgrade: Checking for available upgrades`
//
// Event 940.
typedef struct ringmail_upgrade_checking {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_upgrade_checking;

// There is an upgrade.
//
// `Info: Upgrade: Version {version} is available`
//
// Event 941.
typedef struct ringmail_upgrade_available {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The version: `15.0.0-104`.
    struct ringmail_str version;
} ringmail_upgrade_available;

// There is none.
//
// `Info: Upgrade: No upgrades are available`
//
// Event 942.
typedef struct ringmail_upgrade_none {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_upgrade_none;

// An upgrade is fetched.
//
// `Info: Upgrade: Downloading version {version} from {server}`
//
// Event 943.
typedef struct ringmail_upgrade_downloading {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The version: `15.0.0-104`.
    struct ringmail_str version;
    // The server.
    struct ringmail_str server;
} ringmail_upgrade_downloading;

// How far the download is.
//
// `Info: Upgrade: Downloaded {bytes} of {total} bytes of version {version}`
//
// Event 944.
typedef struct ringmail_upgrade_progress {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // So many bytes are here.
    uint64_t bytes;
    // So many bytes it has.
    uint64_t total;
    // The version: `15.0.0-104`.
    struct ringmail_str version;
} ringmail_upgrade_progress;

// An upgrade is here.
//
// `Info: Upgrade: Download of version {version} completed`
//
// Event 945.
typedef struct ringmail_upgrade_downloaded {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The version: `15.0.0-104`.
    struct ringmail_str version;
} ringmail_upgrade_downloaded;

// An upgrade could not be fetched.
//
// `Warning: Upgrade: Download of version {version} failed: {error}`
//
// Event 946.
typedef struct ringmail_upgrade_download_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The version: `15.0.0-104`.
    struct ringmail_str version;
    // What went wrong.
    struct ringmail_str error;
} ringmail_upgrade_download_failed;

// An upgrade is installed.
//
// `Info: Upgrade: Installing version {version}`
//
// Event 947.
typedef struct ringmail_upgrade_installing {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The version: `15.0.0-104`.
    struct ringmail_str version;
} ringmail_upgrade_installing;

// An upgrade was installed.
//
// `Info: Upgrade: Installation of version {version} completed⟦, reboot required⟧`
//
// Event 948.
typedef struct ringmail_upgrade_installed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The version: `15.0.0-104`.
    struct ringmail_str version;
    // Whether the line says `reboot`.
    bool reboot;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_upgrade_installed;

// An upgrade could not be installed.
//
// `Critical: Upgrade: Installation of version {version} failed: {error}`
//
// Event 949.
typedef struct ringmail_upgrade_install_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The version: `15.0.0-104`.
    struct ringmail_str version;
    // What went wrong.
    struct ringmail_str error;
} ringmail_upgrade_install_failed;

// The interface starts.
//
// `Info: API: Service started, listening on {place}`
//
// Event 960.
typedef struct ringmail_api_started {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The address and the port.
    struct ringmail_str place;
} ringmail_api_started;

// The interface stops.
//
// `Info: API: Service stopped`
//
// Event 961.
typedef struct ringmail_api_stopped {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_api_stopped;

// A client connected.
//
// `Debug: API: Connection from {ip}`
//
// Event 962.
typedef struct ringmail_api_connection {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The client's address.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[3];
} ringmail_api_connection;

// A connection is closed, its request answered.
//
// `Debug: API: Connection from {ip} closed`
//
// Event 963.
typedef struct ringmail_api_connection_closed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The client's address.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[3];
} ringmail_api_connection_closed;

// A connection failed.
//
// `Warning: API: Connection from {ip} failed: {error}`
//
// Event 964.
typedef struct ringmail_api_connection_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The client's address.
    struct ringmail_ip ip;
    // What went wrong.
    struct ringmail_str error;
} ringmail_api_connection_failed;

// A user is who they say.
//
// `Info: API: User {user} from {ip} was authenticated successfully.`
//
// Event 965.
typedef struct ringmail_api_authenticated {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user.
    struct ringmail_str user;
    // The client's address.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_api_authenticated;

// Somebody could not prove to be a user.
//
// `Warning: API: User {user} from {ip} failed authentication.`
//
// Event 966.
typedef struct ringmail_api_authentication_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user.
    struct ringmail_str user;
    // The client's address.
    struct ringmail_ip ip;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_api_authentication_failed;

// A request was answered.
//
// `Info: API: User {user} from {ip} request {request} status {status}`
//
// Event 967.
typedef struct ringmail_api_request {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The user.
    struct ringmail_str user;
    // The client's address.
    struct ringmail_ip ip;
    // Method, path and protocol: `GET /api/v2.0/config HTTP/1.1`.
    struct ringmail_str request;
    // The HTTP status of the answer.
    uint16_t status;
    // Zero: room for fields to come.
    uint8_t reserved[6];
} ringmail_api_request;

// A request could not be answered.
//
// `Warning: API: Error in request {request} from {ip}: {error}`
//
// Event 968.
typedef struct ringmail_api_request_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Method, path and protocol: `GET /api/v2.0/config HTTP/1.1`.
    struct ringmail_str request;
    // The client's address.
    struct ringmail_ip ip;
    // What went wrong.
    struct ringmail_str error;
} ringmail_api_request_error;

// The interface could not be told of another network configuration.
//
// `Warning: API: Error while applying network changes: {error}`
//
// Event 969.
typedef struct ringmail_api_network_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What went wrong.
    struct ringmail_str error;
} ringmail_api_network_error;

// Nothing is told: the gateway is not registered.
//
// `Warning: Device is not registered with CSSM. Skipping upload of CSN data`
//
// Event 980.
typedef struct ringmail_csn_not_registered {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_csn_not_registered;

// Nothing could be told.
//
// `Warning: The appliance failed to upload CSN data. reason for failure: {error}`
//
// Event 981.
typedef struct ringmail_csn_upload_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What went wrong.
    struct ringmail_str error;
} ringmail_csn_upload_failed;

// It was told.
//
// `Info: The appliance uploaded CSN data successfully`
//
// Event 982.
typedef struct ringmail_csn_uploaded {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_csn_uploaded;

// What is told.
//
// `Trace: CSN data: {data}`
//
// Event 983.
typedef struct ringmail_csn_data {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The data as JSON, cut to 8192 bytes.
    struct ringmail_str data;
} ringmail_csn_data;

// A message's headers are not handed over: the service is over.
//
// `Info: eaas : You cannot forward the MID [{mid}] Message Headers to Cisco Advanced Phishing Protection Cloud Service as the service has expired`
//
// Event 990.
typedef struct ringmail_eaas_not_forwarded {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_eaas_not_forwarded;

// The service is over.
//
// `Info: eaas : Cisco Advanced Phishing Protection Cloud Service has expired and is disabled. Contact your Cisco Account manager to renew the service and then enable it.`
//
// Event 991.
typedef struct ringmail_eaas_expired {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_eaas_expired;

// The service will be over.
//
// `Info: eaas : Cisco Advanced Phishing Protection Cloud Service expires on {date}. You need to contact your Cisco Account manager to renew the service.`
//
// Event 992.
typedef struct ringmail_eaas_expires {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // When: `2020-05-10 07:00:00`.
    struct ringmail_str date;
} ringmail_eaas_expires;

// Somebody did something.
//
// `Info: Appliance: {host}⟦, Interaction Mode: {mode}⟧, User: {user}⟦, Role: {role}⟧⟦, Source IP: {source}⟧⟦, Destination IP: {destination}⟧⟦, Location: {location}⟧, Event: {what}`
//
// Event 1000.
typedef struct ringmail_audit_event {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The gateway's host name.
    struct ringmail_str host;
    // `GUI`, `CLI` or `API`.
    // A NULL `ptr`: absent.
    struct ringmail_str mode;
    // The user.
    struct ringmail_str user;
    // The user's role; `Role Not Available` when the user does not exist.
    // A NULL `ptr`: absent.
    struct ringmail_str role;
    // The client's address.
    // A `family` of 0: absent.
    struct ringmail_ip source;
    // The address that it connected to.
    // A `family` of 0: absent.
    struct ringmail_ip destination;
    // The page, or the request: `GET /esa/api/v2.0/config HTTP/1.0`.
    // A NULL `ptr`: absent.
    struct ringmail_str location;
    // What was done: `Successful login`, `User input was 'Enter'` ...
    struct ringmail_str what;
} ringmail_audit_event;

// One of the changes that a user put into force.
//
// `Info: * [{scope}] {change}`
//
// Event 1001.
typedef struct ringmail_audit_change {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Where it counts: `standalone`, or a level of the cluster.
    struct ringmail_str scope;
    // What changed.
    struct ringmail_str change;
} ringmail_audit_change;

// A request to the programming interface was refused.
//
// `Debug: {date} Error - Code: {code}, Details: {details}`
//
// Event 1002.
typedef struct ringmail_audit_api_error {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // When: `08/Oct/2020 13:52:28 +0000`.
    struct ringmail_str date;
    // The HTTP status.
    uint16_t code;
    // What the interface says.
    struct ringmail_str details;
} ringmail_audit_api_error;

// The list of users who click on anything could not be fetched.
//
// `Warning: CSA: The download of the Repeat Clickers list from the Cisco Security Awareness cloud service failed because {reason}.`
//
// Event 1020.
typedef struct ringmail_csa_download_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Why: `of an invalid token`, `the proxy authentication failed` ...
    struct ringmail_str reason;
} ringmail_csa_download_failed;

// The list could not be fetched: the service does not give it away.
//
// `Warning: CSA: The download of the Repeat Clickers list failed. A request to the CSA cloud service failed because the Report API was not enabled on the CSA cloud service`
//
// Event 1021.
typedef struct ringmail_csa_report_api_disabled {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_csa_report_api_disabled;

// Nobody is on the list.
//
// `Info: CSA: The downloaded Repeat Clickers list is empty.`
//
// Event 1022.
typedef struct ringmail_csa_list_empty {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_csa_list_empty;

// The licence will be over.
//
// `Info: The Cisco Security Awareness feature expires on {date}. You need to contact your Cisco Account Manager to renew the license.`
//
// Event 1023.
typedef struct ringmail_csa_expires {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // When: `2029-12-28T23:59:59Z`.
    struct ringmail_str date;
} ringmail_csa_expires;

// The licence is over.
//
// `Critical: The Cisco Security Awareness feature license has expired, and the feature is disabled on your email gateway. Contact your Cisco Account Manager to renew the license.`
//
// Event 1024.
typedef struct ringmail_csa_expired {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_csa_expired;

// The message is not in the mailbox.
//
// `Info: MID: {mid} No messages in recipient's {recipient} mailbox matched the criteria for which remediation was initiated due to {trigger} retrospection.`
//
// Event 1040.
typedef struct ringmail_remediation_no_match {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Whose mailbox.
    struct ringmail_str recipient;
    // What learned of it: `URL`, `AMP` ...
    struct ringmail_str trigger;
} ringmail_remediation_no_match;

// The message was dealt with.
//
// `Info: MID: {mid} Message in recipient's {recipient} mailbox was {action} due to {trigger} retrospection.`
//
// Event 1041.
typedef struct ringmail_remediation_done {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Whose mailbox.
    struct ringmail_str recipient;
    // `deleted`, `forwarded` ...
    struct ringmail_str action;
    // What learned of it: `URL`, `AMP` ...
    struct ringmail_str trigger;
} ringmail_remediation_done;

// The message could not be dealt with.
//
// `Warning: MID: {mid} Remediation in recipient's {recipient} mailbox failed: {error}`
//
// Event 1042.
typedef struct ringmail_remediation_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Whose mailbox.
    struct ringmail_str recipient;
    // What went wrong.
    struct ringmail_str error;
} ringmail_remediation_failed;

// The service could not be asked.
//
// `Warning: ECS: Cloud query failed. {error}`
//
// Event 1050.
typedef struct ringmail_ecs_query_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What went wrong.
    struct ringmail_str error;
} ringmail_ecs_query_failed;

// A fetch came to an end that was not foreseen.
//
// `Info: THREAT_FEEDS: Job failed with exception: {error}`
//
// Event 1060.
typedef struct ringmail_feed_job_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What went wrong.
    struct ringmail_str error;
} ringmail_feed_job_failed;

// A source will be asked.
//
// `Info: THREAT_FEEDS: A {poll} poll is scheduled for the source: {source}`
//
// Event 1061.
typedef struct ringmail_feed_scheduled {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is fetched: `delta` or `full`.
    struct ringmail_str poll;
    // The source's name.
    struct ringmail_str source;
} ringmail_feed_scheduled;

// A source is asked.
//
// `Info: THREAT_FEEDS: A {poll} poll has started for the source: {source}, domain: {domain}, collection: {collection}`
//
// Event 1062.
typedef struct ringmail_feed_started {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // What is fetched: `delta` or `full`.
    struct ringmail_str poll;
    // The source's name.
    struct ringmail_str source;
    // The source's host name.
    struct ringmail_str domain;
    // Which of its collections.
    struct ringmail_str collection;
} ringmail_feed_started;

// What is new since the last time is fetched.
//
// `Info: THREAT_FEEDS: Observables are being fetched from the source: {source} between {from} and {to}`
//
// Event 1063.
typedef struct ringmail_feed_fetching {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The source's name.
    struct ringmail_str source;
    // From when on: `2018-06-07 04:34:13+00:00`.
    struct ringmail_str from;
    // Until when; with a fraction if there is one.
    struct ringmail_str to;
} ringmail_feed_fetching;

// So much is new.
//
// `Info: THREAT_FEEDS: {count} observables were fetched from the source: {source}`
//
// Event 1064.
typedef struct ringmail_feed_fetched {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // How many observables.
    uint64_t count;
    // The source's name.
    struct ringmail_str source;
} ringmail_feed_fetched;

// A source could not be asked.
//
// `Info: THREAT_FEEDS: [TaxiiClient] Failed to poll threat feeds from following source: {host}, cause of failure: {error}`
//
// Event 1065.
typedef struct ringmail_feed_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The source's host name.
    struct ringmail_str host;
    // What went wrong.
    struct ringmail_str error;
} ringmail_feed_failed;

// A message waits to be encrypted.
//
// `Info: MID {mid} queued for encryption with profile {profile}`
//
// Event 1080.
typedef struct ringmail_encryption_queued {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The encryption profile.
    struct ringmail_str profile;
} ringmail_encryption_queued;

// A message was encrypted.
//
// `Info: MID {mid} encrypted with profile {profile} as MID {child}`
//
// Event 1081.
typedef struct ringmail_encryption_done {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The encryption profile.
    struct ringmail_str profile;
    // The new message.
    uint64_t child;
} ringmail_encryption_done;

// A message could not be encrypted.
//
// `Warning: MID {mid} encryption with profile {profile} failed: {error}`
//
// Event 1082.
typedef struct ringmail_encryption_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The encryption profile.
    struct ringmail_str profile;
    // What went wrong.
    struct ringmail_str error;
} ringmail_encryption_failed;

// A message will be tried again.
//
// `Info: MID {mid} encryption delayed until {until}`
//
// Event 1083.
typedef struct ringmail_encryption_delayed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // When.
    int64_t until;
} ringmail_encryption_delayed;

// The key server gave a key.
//
// `Info: MID {mid} key received from server {server}`
//
// Event 1084.
typedef struct ringmail_encryption_key {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The key server's host name.
    struct ringmail_str server;
} ringmail_encryption_key;

// The key server can be reached.
//
// `Info: Key server {server} reachable`
//
// Event 1085.
typedef struct ringmail_encryption_server_up {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The key server's host name.
    struct ringmail_str server;
} ringmail_encryption_server_up;

// The key server cannot be reached.
//
// `Warning: Key server {server} unreachable: {error}`
//
// Event 1086.
typedef struct ringmail_encryption_server_down {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The key server's host name.
    struct ringmail_str server;
    // What went wrong.
    struct ringmail_str error;
} ringmail_encryption_server_down;

// Profiles were handed to the key server.
//
// `Info: Profile {profile} provisioned on server {server}`
//
// Event 1087.
typedef struct ringmail_encryption_provisioned {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The encryption profile.
    struct ringmail_str profile;
    // The key server's host name.
    struct ringmail_str server;
} ringmail_encryption_provisioned;

// A part of a message that goes to an archive. [`ArchivePart::parts`] makes them.
//
// `Info: Archive {archive}: MID {mid} part {sequence} of {id}⟦, the last⟧`
//
// Event 1100.
typedef struct ringmail_archive_part {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Which archive the message goes to.
    ringmail_archive archive;
    // The message.
    uint64_t mid;
    // The part's number in its message, from 0.
    uint32_t sequence;
    // The same for all parts of a message, and another for each message that is on its way
    // to the same archive at the same time.
    uint64_t id;
    // Whether the line says `last`.
    bool last;
    // The envelope sender, without angle brackets; in the first part alone.
    struct ringmail_str from;
    // The part's bytes, at most 8192.
    struct ringmail_str data;
} ringmail_archive_part;

// A message is in the queue.
//
// `Info: new msg {mid}`
//
// Event 1110.
typedef struct ringmail_qmail_new {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_qmail_new;

// What is known of a new message.
//
// `Info: info msg {mid}: bytes {bytes} from <{from}> qp {qp} uid {uid}`
//
// Event 1111.
typedef struct ringmail_qmail_info {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The size in bytes.
    uint64_t bytes;
    // The envelope sender, empty for bounces.
    struct ringmail_str from;
    // The process that put it into the queue.
    uint64_t qp;
    // The user that this process runs as.
    uint64_t uid;
} ringmail_qmail_info;

// A delivery to one recipient begins.
//
// `Info: starting delivery {delivery}: msg {mid} to {place} {to}`
//
// Event 1112.
typedef struct ringmail_qmail_starting {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery, counted from 1.
    uint64_t delivery;
    // The message.
    uint64_t mid;
    // `local` or `remote`.
    struct ringmail_str place;
    // The envelope recipient.
    struct ringmail_str to;
} ringmail_qmail_starting;

// A recipient has the message.
//
// `Info: delivery {delivery}: success: {report}`
//
// Event 1113.
typedef struct ringmail_qmail_success {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery, counted from 1.
    uint64_t delivery;
    // What came of it: blanks as `_`, line ends as `/`, unprintable bytes as `?`.
    struct ringmail_str report;
} ringmail_qmail_success;

// A recipient will not have the message.
//
// `Info: delivery {delivery}: failure: {report}`
//
// Event 1114.
typedef struct ringmail_qmail_failure {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery, counted from 1.
    uint64_t delivery;
    // What came of it: blanks as `_`, line ends as `/`, unprintable bytes as `?`.
    struct ringmail_str report;
} ringmail_qmail_failure;

// A recipient does not have the message yet.
//
// `Info: delivery {delivery}: deferral: {report}`
//
// Event 1115.
typedef struct ringmail_qmail_deferral {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The delivery, counted from 1.
    uint64_t delivery;
    // What came of it: blanks as `_`, line ends as `/`, unprintable bytes as `?`.
    struct ringmail_str report;
} ringmail_qmail_deferral;

// How many deliveries are under way, and how many can be.
//
// `Info: status: local {local}/{local_limit} remote {remote}/{remote_limit}⟦ exitasap⟧`
//
// Event 1116.
typedef struct ringmail_qmail_status {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Local deliveries.
    uint64_t local;
    // The most of these.
    uint64_t local_limit;
    // Remote deliveries.
    uint64_t remote;
    // The most of these.
    uint64_t remote_limit;
    // Whether the line says `exiting`.
    bool exiting;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_qmail_status;

// A bounce was made of a message.
//
// `Info: bounce msg {mid} qp {qp}`
//
// Event 1117.
typedef struct ringmail_qmail_bounce {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The process that put the bounce into the queue; here, the bounce's own number.
    uint64_t qp;
} ringmail_qmail_bounce;

// A message is out of the queue.
//
// `Info: end msg {mid}`
//
// Event 1118.
typedef struct ringmail_qmail_end {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
} ringmail_qmail_end;

// A message's line. Mail servers do not emit it: the engine makes it of a message's events.
//
// `Info: CEF:{format}|{vendor}|{product}|{version}|ESA_CONSOLIDATED_LOG_EVENT|Consolidated Log Event|{severity}|{extension}`
//
// Event 1120.
typedef struct ringmail_consolidated_line {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The version of the format, 0.
    struct ringmail_str format;
    // Who made the gateway.
    struct ringmail_str vendor;
    // What it is.
    struct ringmail_str product;
    // Its version.
    struct ringmail_str version;
    // How bad it is, 5.
    struct ringmail_str severity;
    // The fields: `key=value` with blanks between.
    struct ringmail_str extension;
} ringmail_consolidated_line;

// A field of a message's line that no other event tells, or tells otherwise.
//
// `Info: MID {mid} field {field} is {value}`
//
// Event 1121.
typedef struct ringmail_message_field {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // The field by its key, `ESAHeloDomain`, or its name, `Remote Host/ Helo Domain`.
    struct ringmail_str field;
    // Its value.
    struct ringmail_str value;
} ringmail_message_field;

// Headers of a message, one pair an occurrence, for the field of logged headers.
//
// `Info: MID {mid} headers [{headers}]`
//
// Event 1122.
typedef struct ringmail_message_headers {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The message.
    uint64_t mid;
    // Names and values.
    struct ringmail_pairs headers;
} ringmail_message_headers;

// Events are missing from the log.
//
// `Warning: Logging: {count} events lost from {from} to {to}, reason {reason}`
//
// Event 1501.
typedef struct ringmail_events_lost {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // How many events.
    uint64_t count;
    // When the first was lost.
    int64_t from;
    // When the last was lost.
    int64_t to;
    // Why: `lane full` ...
    struct ringmail_str reason;
} ringmail_events_lost;

// A subscription's rate limit held events back.
//
// `Warning: Logging: subscription {subscription} limited to {limit} events in {seconds} seconds, {count} events not written`
//
// Event 1502.
typedef struct ringmail_rate_limited {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The subscription's name.
    struct ringmail_str subscription;
    // The most events in a window.
    uint64_t limit;
    // The window's length in seconds.
    uint64_t seconds;
    // How many events.
    uint64_t count;
} ringmail_rate_limited;

// A subscription cannot write.
//
// `Critical: Logging: subscription {subscription} cannot write {path}: {error}`
//
// Event 1503.
typedef struct ringmail_write_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The subscription's name.
    struct ringmail_str subscription;
    // The file.
    struct ringmail_str path;
    // What the operating system says.
    struct ringmail_str error;
} ringmail_write_failed;

// A subscription can write again.
//
// `Warning: Logging: subscription {subscription} writes again after {seconds} seconds, {count} events lost`
//
// Event 1504.
typedef struct ringmail_write_resumed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The subscription's name.
    struct ringmail_str subscription;
    // How long, in seconds.
    uint64_t seconds;
    // How many events.
    uint64_t count;
} ringmail_write_resumed;

// The wall clock jumped.
//
// `Warning: Logging: the wall clock moved by {millis} ms`
//
// Event 1505.
typedef struct ringmail_clock_stepped {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // How far, in milliseconds, negative when it went back.
    int64_t millis;
} ringmail_clock_stepped;

// A worker panicked; what it had logged is kept.
//
// `Warning: Logging: a worker panicked, its lane {lane} is closed after {count} events`
//
// Event 1506.
typedef struct ringmail_worker_panicked {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The worker's lane, counted from 0.
    uint64_t lane;
    // How many events.
    uint64_t count;
} ringmail_worker_panicked;

// Events were released although they claim to come from the future.
//
// `Warning: Logging: {count} events stamped ahead of the clock`
//
// Event 1507.
typedef struct ringmail_stamps_ahead {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // How many events.
    uint64_t count;
} ringmail_stamps_ahead;

// Records could not be read.
//
// `Warning: Logging: {count} malformed records skipped in lane {lane}`
//
// Event 1508.
typedef struct ringmail_records_malformed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // How many events.
    uint64_t count;
    // The worker's lane, counted from 0.
    uint64_t lane;
} ringmail_records_malformed;

// Texts were longer than a field may be.
//
// `Warning: Logging: {count} fields cut to 8192 bytes in lane {lane}`
//
// Event 1509.
typedef struct ringmail_fields_cut {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // How many events.
    uint64_t count;
    // The worker's lane, counted from 0.
    uint64_t lane;
} ringmail_fields_cut;

// A subscription's lines do not get to its syslog server.
//
// `Critical: Log Error: Subscription {subscription}: Network error while sending log data to syslog server`
//
// Event 1510.
typedef struct ringmail_push_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The subscription's name.
    struct ringmail_str subscription;
} ringmail_push_failed;

// What is made of several events was given up before it was complete.
//
// `Warning: Logging: subscription {subscription} gave up {count} messages, reason {reason}`
//
// Event 1511.
typedef struct ringmail_messages_given_up {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The subscription's name.
    struct ringmail_str subscription;
    // How many events.
    uint64_t count;
    // Why: `too many`, `too old` ...
    struct ringmail_str reason;
} ringmail_messages_given_up;

// A recording has as many sessions as it was to have.
//
// `Warning: Logging: subscription {subscription} has recorded its sessions and takes no more`
//
// Event 1512.
typedef struct ringmail_recording_ended {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The subscription's name.
    struct ringmail_str subscription;
} ringmail_recording_ended;

// An input of the service cannot be read, or something that it was to do failed.
//
// `Warning: Logging: {input} failed: {error}`
//
// Event 1513.
typedef struct ringmail_input_failed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The input, or what failed.
    struct ringmail_str input;
    // Why.
    struct ringmail_str error;
} ringmail_input_failed;

// A line of an input was refused; others may have been, which are counted.
//
// `Warning: Logging: input {input} refused line {line}: {error}`
//
// Event 1514.
typedef struct ringmail_lines_refused {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The input.
    struct ringmail_str input;
    // Its number, from 1.
    uint64_t line;
    // Why.
    struct ringmail_str error;
} ringmail_lines_refused;

// What workers had handed over before the last run ended without order is written now.
//
// `Warning: Logging: took up {lanes} lanes that an interrupted run left, with {count} events`
//
// Event 1515.
typedef struct ringmail_lanes_taken_up {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // How many lanes.
    uint64_t lanes;
    // How many events.
    uint64_t count;
} ringmail_lanes_taken_up;

// Why a subscription's lines do not get to its syslog server, as far as it can be told.
//
// `Warning: Logging: subscription {subscription} to {destination}: {finding}⟦ ({repeats} times)⟧`
//
// Event 1516.
typedef struct ringmail_push_explained {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The subscription's name.
    struct ringmail_str subscription;
    // The server and the way to it.
    struct ringmail_str destination;
    // What was seen, what it means, what to do next.
    struct ringmail_str finding;
    // How often this happened since it was last told.
    // Absent unless `present`.
    struct ringmail_opt_u64 repeats;
} ringmail_push_explained;

// A subscription's lines get to its syslog server again.
//
// `Warning: Logging: subscription {subscription} sends to {destination} again after {seconds} seconds, {resent} resent, {buffered} buffered, {lost} lost, {unknown} unknown`
//
// Event 1517.
typedef struct ringmail_push_resumed {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The subscription's name.
    struct ringmail_str subscription;
    // The server and the way to it.
    struct ringmail_str destination;
    // How long, in seconds.
    uint64_t seconds;
    // Lines that were sent again.
    uint64_t resent;
    // Lines that wait in the disk buffer.
    uint64_t buffered;
    // Lines that will not be sent.
    uint64_t lost;
    // Lines of which nobody knows whether they arrived.
    uint64_t unknown;
} ringmail_push_resumed;

// Something about a subscription's syslog server needs attention.
//
// `Warning: Logging: subscription {subscription}: {finding}`
//
// Event 1518.
typedef struct ringmail_push_warned {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The subscription's name.
    struct ringmail_str subscription;
    // What was seen, what it means, what to do next.
    struct ringmail_str finding;
} ringmail_push_warned;

// A log file begins.
//
// `Info: Begin Logfile`
//
// Event 1520.
typedef struct ringmail_log_begin {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_log_begin;

// The version that writes a log file.
//
// `Info: Version: {version} SN: {serial}`
//
// Event 1521.
typedef struct ringmail_log_version {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The product's version.
    struct ringmail_str version;
    // The serial number of the machine.
    struct ringmail_str serial;
} ringmail_log_version;

// From here on the stamps of a log file have this offset.
//
// `Info: Time offset from UTC: {seconds} seconds`
//
// Event 1522.
typedef struct ringmail_time_offset {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Local time minus UTC in seconds.
    int64_t seconds;
} ringmail_time_offset;

// A log file ends.
//
// `Info: End Logfile`
//
// Event 1523.
typedef struct ringmail_log_end {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_log_end;

// The system starts.
//
// `Info: System is coming up.`
//
// Event 1524.
typedef struct ringmail_coming_up {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // Zero: room for fields to come.
    uint8_t reserved[4];
} ringmail_coming_up;

// A line of a file that is no other event: what makes a file of events whole. Mail servers do
// not emit it.
//
// `Info: Logging: line without an event: {text}`
//
// Event 1530.
typedef struct ringmail_text_line {
    size_t struct_size;
    int64_t time;
    ringmail_level level;
    // The whole line, its stamp included, without its line feed.
    struct ringmail_str text;
    // Whether the line goes on in the next event: a field holds no more than 8192 bytes.
    bool more;
    // Zero: room for fields to come.
    uint8_t reserved[7];
} ringmail_text_line;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// What the thread's last call that went wrong had to say; empty if none has. It stays until the
// thread's next call that goes wrong.
const char *ringmail_last_error(void);

// What a code means, in a few words. For a code that there is not: `unknown error`.
const char *ringmail_strerror(int32_t code);

// The version of the library, which may be newer than that of the header, `RINGMAIL_VERSION`.
const char *ringmail_version(void);

// The text of a string that ends with a 0; no text for NULL.
//
// Required:
// `text` is NULL or ends with a 0.
struct ringmail_str ringmail_str_of(const char *text);

// Whether any subscription wants events of this number (`RINGMAIL_EVENT_...`).
//
// Emitting asks by itself; ask before when an event is costly to gather. False for NULL, and for a
// number that no event has.
//
// Required:
// `log` is NULL or open.
bool ringmail_wants(const struct ringmail_log *log, uint16_t number);

// A builder with all defaults. It is freed by `ringmail_builder_start` or `ringmail_builder_free`.
struct ringmail_builder *ringmail_builder_new(void);

// Frees a builder that is not to be started. NULL is nothing to free.
//
// Required:
// `builder` is NULL or a builder, which it is no longer afterwards.
void ringmail_builder_free(struct ringmail_builder *builder);

// Opens the files and starts the engine, whose log `*log` then is. The builder is freed, also when
// that fails; `*log` is NULL then.
//
// Required:
// `builder` is NULL or a builder, which it is no longer afterwards; `log` is NULL or can be
// written to.
enum ringmail_error ringmail_builder_start(struct ringmail_builder *builder,
                                           struct ringmail_log **log);

// Adds a subscription. See `RINGMAIL_SUBSCRIBE`.
//
// Required:
// `builder` is NULL or a builder; `subscription` is NULL or as `ringmail_subscription` says.
enum ringmail_error ringmail_builder_subscribe(struct ringmail_builder *builder,
                                               const struct ringmail_subscription *subscription);

// Where the subscriptions that are added from now on have their directories.
//
// Required:
// `builder` is NULL or a builder; the text is NULL or ends with a 0.
enum ringmail_error ringmail_builder_directory(struct ringmail_builder *builder,
                                               const char *directory);

// Where lanes lie that survive a crash, and that other processes attach to; on a file system in
// memory. Default: none; the lanes are then this process's alone.
//
// `mode` is that of the directory, 0: 0700. `group` is its group, `(gid_t)-1`: that of the process.
// Mode 03770 lets the members of the group attach.
//
// Required:
// As `ringmail_builder_directory`.
enum ringmail_error ringmail_builder_run_directory(struct ringmail_builder *builder,
                                                   const char *directory,
                                                   uint32_t mode,
                                                   uint32_t group);

// A file that keeps ids from one run to the next, and between processes. Default: none, ids begin
// with 1 each time, and children have none.
//
// Required:
// As `ringmail_builder_directory`.
enum ringmail_error ringmail_builder_ids_file(struct ringmail_builder *builder, const char *file);

// Bytes of each thread's lane: a power of two from 256 KiB to 1 GiB. Default: 1 MiB.
//
// Required:
// `builder` is NULL or a builder.
enum ringmail_error ringmail_builder_lane_bytes(struct ringmail_builder *builder, size_t bytes);

// What emitting does when the thread's lane is full. Default: it waits up to 5000 ms.
//
// `max_ms` is the longest wait of one call; it means nothing for `RINGMAIL_FULL_LANE_DROP`.
//
// Required:
// `builder` is NULL or a builder.
enum ringmail_error ringmail_builder_full_lane(struct ringmail_builder *builder,
                                               ringmail_full_lane policy,
                                               uint64_t max_ms);

// How lines of different threads and processes are ordered. Default: causal.
//
// Required:
// `builder` is NULL or a builder.
enum ringmail_error ringmail_builder_order(struct ringmail_builder *builder, ringmail_order order);

// Whose spelling the lines have: `manual`, `7.6`, `14.0`, `15.0` ... Default: 15.0.
//
// Required:
// As `ringmail_builder_directory`.
enum ringmail_error ringmail_builder_dialect(struct ringmail_builder *builder, const char *name);

// The time zone of the stamps, by its name: `Europe/Berlin`, `UTC`. Default: the system's.
//
// Required:
// As `ringmail_builder_directory`.
enum ringmail_error ringmail_builder_time_zone(struct ringmail_builder *builder, const char *name);

// Who writes the logs, for the header records. NULL: what this library says of itself.
//
// Required:
// `builder` is NULL or a builder; the texts are NULL or end with a 0.
enum ringmail_error ringmail_builder_identity(struct ringmail_builder *builder,
                                              const char *vendor,
                                              const char *product,
                                              const char *version,
                                              const char *serial);

// How long a line may wait for others before it is written: from 2 to 10000 ms. Default: 100 ms.
//
// Required:
// `builder` is NULL or a builder.
enum ringmail_error ringmail_builder_flush_delay_ms(struct ringmail_builder *builder, uint64_t ms);

// How often a line goes into the status logs: from 1 s to a day. Default: 60 s.
//
// Required:
// `builder` is NULL or a builder.
enum ringmail_error ringmail_builder_status_interval_seconds(struct ringmail_builder *builder,
                                                             uint64_t seconds);

// The headers of messages to log, spelled as they are to be shown. Default: whatever the events
// carry; a count of 0: none.
//
// Required:
// `builder` is NULL or a builder; `names` has so many texts, each of which ends with a 0.
enum ringmail_error ringmail_builder_log_headers(struct ringmail_builder *builder,
                                                 const char *const *names,
                                                 size_t count);

// Opens the log of an engine in another process by its run directory.
//
// `ids_file` is where `ringmail_mid` and its like take ids from, for servers that have none of
// their own: the file that the engine and all its processes share. NULL: nowhere.
//
// Required:
// The texts are NULL or end with a 0; `log` is NULL or can be written to.
enum ringmail_error ringmail_attach(const char *run_directory,
                                    const char *ids_file,
                                    struct ringmail_log **log);

// Waits until everything that was accepted before has been written, or counted as failed.
//
// Required:
// `log` is NULL or open.
enum ringmail_error ringmail_flush(struct ringmail_log *log);

// Closes the open file of the subscription of this name and begins the next; of all if `name` is
// NULL.
//
// Required:
// `log` is NULL or open, `name` is NULL or ends with a 0.
enum ringmail_error ringmail_rollover(struct ringmail_log *log, const char *name);

// Writes everything that was accepted, closes the files and ends the engine.
//
// Events emitted from now on are shed, and counted. `ringmail_free` does it too.
//
// Required:
// `log` is NULL or open.
enum ringmail_error ringmail_shutdown(struct ringmail_log *log);

// Ends the engine, if it runs in this process, and frees the log. No other thread may be using it.
//
// NULL is nothing to free. Whoever has forked frees the log in each process that is to end
// without `exec`, or leaves it to the end of the process.
//
// Required:
// `log` is NULL or open; it is not open afterwards.
void ringmail_free(struct ringmail_log *log);

// A figure of the ledger: a term of the lanes when `subscription` is NULL (`offered`, `accepted`,
// `shed_lane_full`, `drained`, `pending` ...), else one of the subscription of that name (`taken`,
// `written`, `filtered`, `limited`, `failed` ...).
//
// Required:
// `log` is NULL or open, the texts are NULL or end with a 0, `count` is NULL or can be written to.
enum ringmail_error ringmail_ledger_figure(const struct ringmail_log *log,
                                           const char *subscription,
                                           const char *term,
                                           uint64_t *count);

// Whether every event is accounted for. Exact when nobody emits; an equation that does not hold is
// a defect of the library.
//
// Required:
// `log` is NULL or open.
enum ringmail_error ringmail_ledger_check(const struct ringmail_log *log);

// The address of a socket's peer: of a `sockaddr_in` or `sockaddr_in6` of `len` bytes. An IPv4
// address inside an IPv6 address becomes itself. Of anything else: none.
//
// Required:
// `address` is NULL or has `len` bytes.
struct ringmail_ip ringmail_ip_of(const void *address, size_t len);

// The id of a new message.
//
// No id is given twice by processes that share an ids file. 0 when there is none to give:
// `ringmail_last_error` tells why.
//
// Required:
// `log` is NULL or open.
uint64_t ringmail_mid(struct ringmail_log *log);

// The id of a new connection to this server. 0: as for `ringmail_mid`.
//
// Required:
// `log` is NULL or open.
uint64_t ringmail_icid(struct ringmail_log *log);

// The id of a new connection from this server to another. 0: as for `ringmail_mid`.
//
// Required:
// `log` is NULL or open.
uint64_t ringmail_dcid(struct ringmail_log *log);

// The id of a new connection to the quarantine. 0: as for `ringmail_mid`.
//
// Required:
// `log` is NULL or open.
uint64_t ringmail_rcid(struct ringmail_log *log);

// Info: New SMTP ICID {icid} interface {interface} ({interface_ip}) address {ip} reverse dns host {host} verified {verified}
enum ringmail_outcome ringmail_emit_new_icid(struct ringmail_log *log,
                                             const struct ringmail_new_icid *event);

// Info: ICID {icid} SBRS {sbrs}
enum ringmail_outcome ringmail_emit_sbrs(struct ringmail_log *log,
                                         const struct ringmail_sbrs *event);

// Info: ICID {icid} {action} SG {group} match {condition}⟦ SBRS {sbrs}⟧⟦ ipr not enabled⟧⟦ country {country}⟧
enum ringmail_outcome ringmail_emit_sender_group(struct ringmail_log *log,
                                                 const struct ringmail_sender_group *event);

// Info: ICID {icid} TLS success⟦ protocol {protocol}⟧⟦ cipher {cipher}⟧
enum ringmail_outcome ringmail_emit_icid_tls(struct ringmail_log *log,
                                             const struct ringmail_icid_tls *event);

// Info: ICID {icid} TLS failed⟦: {error}⟧
enum ringmail_outcome ringmail_emit_icid_tls_failed(struct ringmail_log *log,
                                                    const struct ringmail_icid_tls_failed *event);

// Info: ICID {icid} TLS was required but remote host did not initiate it
enum ringmail_outcome ringmail_emit_icid_tls_required(struct ringmail_log *log,
                                                      const struct ringmail_icid_tls_required *event);

// Info: ICID {icid} Delayed HAT REJECT continuing session for recipient logging ({ip})
enum ringmail_outcome ringmail_emit_delayed_reject(struct ringmail_log *log,
                                                   const struct ringmail_delayed_reject *event);

// Info: ICID {icid} close
enum ringmail_outcome ringmail_emit_icid_close(struct ringmail_log *log,
                                               const struct ringmail_icid_close *event);

// Info: ICID {icid} lost
enum ringmail_outcome ringmail_emit_icid_lost(struct ringmail_log *log,
                                              const struct ringmail_icid_lost *event);

// Info: ICID {icid} Receiving Failed: {error}
enum ringmail_outcome ringmail_emit_receiving_failed(struct ringmail_log *log,
                                                     const struct ringmail_receiving_failed *event);

// Info: ICID {icid} Address: <{address}> sender rejected, {reason}
enum ringmail_outcome ringmail_emit_sender_rejected(struct ringmail_log *log,
                                                    const struct ringmail_sender_rejected *event);

// Info: ICID {icid} Address: <{address}> sender allowed, {reason}
enum ringmail_outcome ringmail_emit_sender_allowed(struct ringmail_log *log,
                                                   const struct ringmail_sender_allowed *event);

// Info: ICID {icid} Invalid sender address: {address}
enum ringmail_outcome ringmail_emit_invalid_sender(struct ringmail_log *log,
                                                   const struct ringmail_invalid_sender *event);

// Info: ICID {icid} MID {mid} Invalid recipient address: {address}
enum ringmail_outcome ringmail_emit_invalid_recipient(struct ringmail_log *log,
                                                      const struct ringmail_invalid_recipient *event);

// Info: ⟦MID {mid} ⟧ICID {icid} To: <{to}> Rejected by {by}
enum ringmail_outcome ringmail_emit_recipient_rejected(struct ringmail_log *log,
                                                       const struct ringmail_recipient_rejected *event);

// Info: ICID {icid} disconnected address {ip}, {reason}
enum ringmail_outcome ringmail_emit_disconnected(struct ringmail_log *log,
                                                 const struct ringmail_disconnected *event);

// Info: ICID {icid} Connection from {ip} on interface {interface} ({interface_ip}) lost after {seconds} seconds (DNS query took {dns_seconds} seconds), before any commands were received
enum ringmail_outcome ringmail_emit_lost_early(struct ringmail_log *log,
                                               const struct ringmail_lost_early *event);

// Info: ICID {icid} Bad syntax for command: {command}
enum ringmail_outcome ringmail_emit_bad_syntax(struct ringmail_log *log,
                                               const struct ringmail_bad_syntax *event);

// Info: ICID {icid} Unknown command: {command}
enum ringmail_outcome ringmail_emit_unknown_command(struct ringmail_log *log,
                                                    const struct ringmail_unknown_command *event);

// Info: ICID {icid} queue disconnected
enum ringmail_outcome ringmail_emit_queue_disconnected(struct ringmail_log *log,
                                                       const struct ringmail_queue_disconnected *event);

// Info: Dropping connection due to {reason}, sender_group={group}, listener={listener}, reverse_dns={host}
enum ringmail_outcome ringmail_emit_connection_dropped(struct ringmail_log *log,
                                                       const struct ringmail_connection_dropped *event);

// Info: Incoming {protocol} connection undetermined IP on interface {interface}
enum ringmail_outcome ringmail_emit_address_undetermined(struct ringmail_log *log,
                                                         const struct ringmail_address_undetermined *event);

// Info: SMTP Auth: (ICID {icid}) succeeded for user: {user} using AUTH mechanism: {mechanism} with profile: {profile}
enum ringmail_outcome ringmail_emit_smtp_auth(struct ringmail_log *log,
                                              const struct ringmail_smtp_auth *event);

// Info: SMTP Auth: (ICID {icid}) failed for user: {user} using AUTH mechanism: {mechanism} with profile: {profile}
enum ringmail_outcome ringmail_emit_smtp_auth_failed(struct ringmail_log *log,
                                                     const struct ringmail_smtp_auth_failed *event);

// Info: SMTP server connection killed ICID: {icid}
enum ringmail_outcome ringmail_emit_icid_killed(struct ringmail_log *log,
                                                const struct ringmail_icid_killed *event);

// Info: SMTP client connection killed DCID: {dcid}
enum ringmail_outcome ringmail_emit_dcid_killed(struct ringmail_log *log,
                                                const struct ringmail_dcid_killed *event);

// Info: Start MID {mid} ICID {icid}⟦ (ISQ Notification)⟧
enum ringmail_outcome ringmail_emit_start_mid(struct ringmail_log *log,
                                              const struct ringmail_start_mid *event);

// Info: MID {mid} ICID {icid} From: <{from}>
enum ringmail_outcome ringmail_emit_sender(struct ringmail_log *log,
                                           const struct ringmail_sender *event);

// Info: MID {mid} ICID {icid} RID {rid} To: <{to}>
enum ringmail_outcome ringmail_emit_recipient(struct ringmail_log *log,
                                              const struct ringmail_recipient *event);

// Info: MID {mid} ICID {icid} invalid bounce, rcpt address <{to}> rejected by bounce verification.
enum ringmail_outcome ringmail_emit_invalid_bounce(struct ringmail_log *log,
                                                   const struct ringmail_invalid_bounce *event);

// Info: MID {mid} ICID {icid} invalid bounce, tagging
enum ringmail_outcome ringmail_emit_invalid_bounce_tagged(struct ringmail_log *log,
                                                          const struct ringmail_invalid_bounce_tagged *event);

// Debug: MID {mid} ICID {icid} TLS read {bytes} bytes ({seconds} seconds)
enum ringmail_outcome ringmail_emit_tls_read(struct ringmail_log *log,
                                             const struct ringmail_tls_read *event);

// Info: MID {mid} Message-ID {message_id}
enum ringmail_outcome ringmail_emit_message_id(struct ringmail_log *log,
                                               const struct ringmail_message_id *event);

// Info: MID {mid} Subject {subject}
enum ringmail_outcome ringmail_emit_subject(struct ringmail_log *log,
                                            const struct ringmail_subject *event);

// Info: MID {mid} ready {bytes} bytes from <{from}>
enum ringmail_outcome ringmail_emit_ready(struct ringmail_log *log,
                                          const struct ringmail_ready *event);

// Info: MID {mid} matched all recipients for per-recipient policy {policy}⟦ in the {table} table⟧
enum ringmail_outcome ringmail_emit_policy_match(struct ringmail_log *log,
                                                 const struct ringmail_policy_match *event);

// Info: MID {mid} was split creating MID {child} due to a per-recipient policy {policy}
enum ringmail_outcome ringmail_emit_split(struct ringmail_log *log,
                                          const struct ringmail_split *event);

// Info: MID {mid} was split creating MID {child} due to a SL/BL configuration for following recipients: {recipients}
enum ringmail_outcome ringmail_emit_split_by_safelist(struct ringmail_log *log,
                                                      const struct ringmail_split_by_safelist *event);

// Info: MID {mid} could not be split {reason}
enum ringmail_outcome ringmail_emit_split_failed(struct ringmail_log *log,
                                                 const struct ringmail_split_failed *event);

// Info: MID {mid} attachment {name}
enum ringmail_outcome ringmail_emit_attachment(struct ringmail_log *log,
                                               const struct ringmail_attachment *event);

// Info: MID {mid} attachment types {types}
enum ringmail_outcome ringmail_emit_attachment_types(struct ringmail_log *log,
                                                     const struct ringmail_attachment_types *event);

// Info: MID {mid} IncomingRelay({relay}): {detail}
enum ringmail_outcome ringmail_emit_incoming_relay(struct ringmail_log *log,
                                                   const struct ringmail_incoming_relay *event);

// Info: MID {mid} was too big ({bytes}/{limit}) for scanning by {engine}
enum ringmail_outcome ringmail_emit_too_big(struct ringmail_log *log,
                                            const struct ringmail_too_big *event);

// Info: MID {mid} masquerading envelope sender from {from} to {new}
enum ringmail_outcome ringmail_emit_masqueraded_sender(struct ringmail_log *log,
                                                       const struct ringmail_masqueraded_sender *event);

// Info: MID {mid} masquerading header {header} from {old} to {new}
enum ringmail_outcome ringmail_emit_masqueraded_header(struct ringmail_log *log,
                                                       const struct ringmail_masqueraded_header *event);

// Info: MID {mid} Custom Log Entry: {text}
enum ringmail_outcome ringmail_emit_custom_log_entry(struct ringmail_log *log,
                                                     const struct ringmail_custom_log_entry *event);

// Info: MID {mid} Could not convert character set: {error}
enum ringmail_outcome ringmail_emit_charset_failed(struct ringmail_log *log,
                                                   const struct ringmail_charset_failed *event);

// Warning: MID {mid}, Message Scanning Problem: {problem}
enum ringmail_outcome ringmail_emit_scanning_problem(struct ringmail_log *log,
                                                     const struct ringmail_scanning_problem *event);

// Warning: MID {mid}: scanning error (name={name}, type={mime}): {error}
enum ringmail_outcome ringmail_emit_scanning_error(struct ringmail_log *log,
                                                   const struct ringmail_scanning_error *event);

// Info: MID {mid} From: <{from}> To: <{to}>, {detail} total recipients.
enum ringmail_outcome ringmail_emit_recipient_total(struct ringmail_log *log,
                                                    const struct ringmail_recipient_total *event);

// Info: MID {mid} SPF: {scope} identity {address} {verdict}⟦ (v=spf1)⟧
enum ringmail_outcome ringmail_emit_spf(struct ringmail_log *log, const struct ringmail_spf *event);

// Info: MID {mid} DKIM: pass signature verified ⟦[TEST] ⟧(d={domain} s={selector} i={identity})
enum ringmail_outcome ringmail_emit_dkim_pass(struct ringmail_log *log,
                                              const struct ringmail_dkim_pass *event);

// Info: MID {mid} DKIM: permfail {detail} [final] (d={domain} s={selector} i={identity})
enum ringmail_outcome ringmail_emit_dkim_perm_fail(struct ringmail_log *log,
                                                   const struct ringmail_dkim_perm_fail *event);

// Info: MID {mid} DKIM: cannot sign - no profile matches {sender}
enum ringmail_outcome ringmail_emit_dkim_no_profile(struct ringmail_log *log,
                                                    const struct ringmail_dkim_no_profile *event);

// Info: MID {mid} DKIM: signing with {profile} - matches {sender}
enum ringmail_outcome ringmail_emit_dkim_signing(struct ringmail_log *log,
                                                 const struct ringmail_dkim_signing *event);

// Trace: MID {mid} DKIM: signing context (profile - {profile}) : {detail}
enum ringmail_outcome ringmail_emit_dkim_context(struct ringmail_log *log,
                                                 const struct ringmail_dkim_context *event);

// Info: MID {mid} DKIM: {detail}
enum ringmail_outcome ringmail_emit_dkim(struct ringmail_log *log,
                                         const struct ringmail_dkim *event);

// Info: MID {mid} DomainKeys: cannot sign - no profile matches {sender}
enum ringmail_outcome ringmail_emit_domain_keys_no_profile(struct ringmail_log *log,
                                                           const struct ringmail_domain_keys_no_profile *event);

// Info: MID {mid} DomainKeys: cannot sign - already signed
enum ringmail_outcome ringmail_emit_domain_keys_signed(struct ringmail_log *log,
                                                       const struct ringmail_domain_keys_signed *event);

// Info: MID {mid} DomainKeys: signing with {profile} - matches {sender}
enum ringmail_outcome ringmail_emit_domain_keys_signing(struct ringmail_log *log,
                                                        const struct ringmail_domain_keys_signing *event);

// Info: MID {mid} DomainKeys: {detail}
enum ringmail_outcome ringmail_emit_domain_keys(struct ringmail_log *log,
                                                const struct ringmail_domain_keys *event);

// Info: MID {mid} DMARC: Verification {verdict}
enum ringmail_outcome ringmail_emit_dmarc_verification(struct ringmail_log *log,
                                                       const struct ringmail_dmarc_verification *event);

// Info: MID {mid} DMARC: Message from domain {domain}, DMARC {verdict} (SPF aligned {spf_aligned}, DKIM aligned {dkim_aligned})
enum ringmail_outcome ringmail_emit_dmarc(struct ringmail_log *log,
                                          const struct ringmail_dmarc *event);

// Info: MID {mid} SDR: Domains for which SDR is requested: reverse DNS host: {host}, helo: {helo}, env-from: {env_from}, header-from: {header_from}, reply-to: {reply_to}
enum ringmail_outcome ringmail_emit_sdr_domains(struct ringmail_log *log,
                                                const struct ringmail_sdr_domains *event);

// Info: MID {mid} SDR: Consolidated Sender Threat Level: {threat}, Threat Category: {category}, Suspected Domain(s) : {suspected} (other reasons for verdict). Sender Maturity: {maturity} for domain: {domain}
enum ringmail_outcome ringmail_emit_sdr_threat_level(struct ringmail_log *log,
                                                     const struct ringmail_sdr_threat_level *event);

// Info: MID {mid} SDR: Consolidated Sender Reputation: {reputation}, Threat Category: {category} Youngest Domain Age: {age}
enum ringmail_outcome ringmail_emit_sdr_reputation(struct ringmail_log *log,
                                                   const struct ringmail_sdr_reputation *event);

// Info: MID {mid} SDR: Message was not scanned for Sender Domain Reputation. Reason: {reason}
enum ringmail_outcome ringmail_emit_sdr_not_scanned(struct ringmail_log *log,
                                                    const struct ringmail_sdr_not_scanned *event);

// Info: MID {mid} SDR: Tracker Header : {header}
enum ringmail_outcome ringmail_emit_sdr_tracker(struct ringmail_log *log,
                                                const struct ringmail_sdr_tracker *event);

// Info: MID {mid} interim verdict using engine: {engine} {verdict}
enum ringmail_outcome ringmail_emit_interim_verdict(struct ringmail_log *log,
                                                    const struct ringmail_interim_verdict *event);

// Info: MID {mid} using engine: {engine} {verdict}
enum ringmail_outcome ringmail_emit_verdict(struct ringmail_log *log,
                                            const struct ringmail_verdict *event);

// Info: MID {mid} using engine: {engine} using cached verdict
enum ringmail_outcome ringmail_emit_cached_verdict(struct ringmail_log *log,
                                                   const struct ringmail_cached_verdict *event);

// Info: MID {mid} Brightmail {verdict}
enum ringmail_outcome ringmail_emit_brightmail(struct ringmail_log *log,
                                               const struct ringmail_brightmail *event);

// Info: CASE cache status: hits = {hits}, misses = {misses}, expires = {expires}, adds = {adds}, seconds saved = {saved}, total seconds = {total}
enum ringmail_outcome ringmail_emit_case_cache(struct ringmail_log *log,
                                               const struct ringmail_case_cache *event);

// Info: MID {mid} interim AV verdict using {engine} {verdict}
enum ringmail_outcome ringmail_emit_interim_antivirus(struct ringmail_log *log,
                                                      const struct ringmail_interim_antivirus *event);

// Info: MID {mid} antivirus negative⟦ ⟧
enum ringmail_outcome ringmail_emit_antivirus_negative(struct ringmail_log *log,
                                                       const struct ringmail_antivirus_negative *event);

// Info: MID {mid} antivirus positive {virus}
enum ringmail_outcome ringmail_emit_antivirus_positive(struct ringmail_log *log,
                                                       const struct ringmail_antivirus_positive *event);

// Info: MID {mid} antivirus repaired {virus}
enum ringmail_outcome ringmail_emit_antivirus_repaired(struct ringmail_log *log,
                                                       const struct ringmail_antivirus_repaired *event);

// Info: MID {mid} antivirus encrypted
enum ringmail_outcome ringmail_emit_antivirus_encrypted(struct ringmail_log *log,
                                                        const struct ringmail_antivirus_encrypted *event);

// Info: MID {mid} antivirus unscannable
enum ringmail_outcome ringmail_emit_antivirus_unscannable(struct ringmail_log *log,
                                                          const struct ringmail_antivirus_unscannable *event);

// Info: MID {mid} AMP file reputation verdict : {verdict}
enum ringmail_outcome ringmail_emit_amp_verdict(struct ringmail_log *log,
                                                const struct ringmail_amp_verdict *event);

// Info: MID {mid} SHA {sha256} filename {name} queued for possible file analysis upload
enum ringmail_outcome ringmail_emit_amp_queued(struct ringmail_log *log,
                                               const struct ringmail_amp_queued *event);

// Trace: MID {mid}: Skip AMP Engine check
enum ringmail_outcome ringmail_emit_amp_skipped(struct ringmail_log *log,
                                                const struct ringmail_amp_skipped *event);

// Info: MID {mid} Outbreak Filters: verdict {verdict}
enum ringmail_outcome ringmail_emit_outbreak_verdict(struct ringmail_log *log,
                                                     const struct ringmail_outbreak_verdict *event);

// Info: MID {mid} Virus Threat Level={threat}
enum ringmail_outcome ringmail_emit_virus_threat_level(struct ringmail_log *log,
                                                       const struct ringmail_virus_threat_level *event);

// Info: MID {mid} Threat Level={threat}
enum ringmail_outcome ringmail_emit_threat_level(struct ringmail_log *log,
                                                 const struct ringmail_threat_level *event);

// Info: MID {mid} DLP violation. Severity: {severity} (Risk Factor: {risk}). DLP policy match: {policy}.
enum ringmail_outcome ringmail_emit_dlp_violation(struct ringmail_log *log,
                                                  const struct ringmail_dlp_violation *event);

// Info: MID {mid} not completely scanned by SDS. Error: {error}
enum ringmail_outcome ringmail_emit_sds_error(struct ringmail_log *log,
                                              const struct ringmail_sds_error *event);

// Trace: GRAYMAIL: {text}
enum ringmail_outcome ringmail_emit_graymail_trace(struct ringmail_log *log,
                                                   const struct ringmail_graymail_trace *event);

// Info: graymail [CONFIG] {text}
enum ringmail_outcome ringmail_emit_graymail_config(struct ringmail_log *log,
                                                    const struct ringmail_graymail_config *event);

// Info: MID {mid} was marked as unscannable due to {cause}. Reason: {reason}
enum ringmail_outcome ringmail_emit_unscannable(struct ringmail_log *log,
                                                const struct ringmail_unscannable *event);

// Trace: Data will be sent to ECS client only {text}
enum ringmail_outcome ringmail_emit_ecs_client_only(struct ringmail_log *log,
                                                    const struct ringmail_ecs_client_only *event);

// Info: MID {mid} using engine: SPF Verdict Cache using cached verdict
enum ringmail_outcome ringmail_emit_spf_cached_verdict(struct ringmail_log *log,
                                                       const struct ringmail_spf_cached_verdict *event);

// Info: MID {mid} not completely scanned for URL Filtering. Error: {error}
enum ringmail_outcome ringmail_emit_url_not_scanned(struct ringmail_log *log,
                                                    const struct ringmail_url_not_scanned *event);

// Info: MID {mid} having URL: {url} has been expanded to {target}
enum ringmail_outcome ringmail_emit_url_expanded(struct ringmail_log *log,
                                                 const struct ringmail_url_expanded *event);

// Info: MID {mid} URL {url} has reputation {score} matched Action: {action}
enum ringmail_outcome ringmail_emit_url_action(struct ringmail_log *log,
                                               const struct ringmail_url_action *event);

// Info: MID {mid} URL {url} has reputation {score} matched Condition: {condition}
enum ringmail_outcome ringmail_emit_url_condition(struct ringmail_log *log,
                                                  const struct ringmail_url_condition *event);

// Info: MID {mid} URL {url} is marked malicious due to : {reason}
enum ringmail_outcome ringmail_emit_url_malicious(struct ringmail_log *log,
                                                  const struct ringmail_url_malicious *event);

// Warning: MID {mid} Failed to expand URL {url} Reason: {error}
enum ringmail_outcome ringmail_emit_url_expand_failed(struct ringmail_log *log,
                                                      const struct ringmail_url_expand_failed *event);

// Info: MID {mid} Attachment {name} URL {url} has reputation {score} matched Condition: {condition}
enum ringmail_outcome ringmail_emit_attachment_url(struct ringmail_log *log,
                                                   const struct ringmail_attachment_url *event);

// Info: MID {mid} Threat feeds source {source} detected malicious URL: {url} in attachment(s): {files}. Action: {action}
enum ringmail_outcome ringmail_emit_threat_feed_url(struct ringmail_log *log,
                                                    const struct ringmail_threat_feed_url *event);

// Info: MID {mid}⟦ was⟧ generated based on MID {parent} by {component}⟦ filter {filter}⟧
enum ringmail_outcome ringmail_emit_generated(struct ringmail_log *log,
                                              const struct ringmail_generated *event);

// Info: MID {mid}⟦ was⟧ generated for bounce of MID {parent}
enum ringmail_outcome ringmail_emit_generated_for_bounce(struct ringmail_log *log,
                                                         const struct ringmail_generated_for_bounce *event);

// Info: MID {mid} rewritten to ⟦MID ⟧{child} by {component}⟦ filter {filter}⟧
enum ringmail_outcome ringmail_emit_rewritten(struct ringmail_log *log,
                                              const struct ringmail_rewritten *event);

// Info: MID {mid} was dropped by content filter {filter} in the {table} table
enum ringmail_outcome ringmail_emit_dropped_by_content_filter(struct ringmail_log *log,
                                                              const struct ringmail_dropped_by_content_filter *event);

// Info: MID {mid} was bounced by policy {policy} in the {table} table
enum ringmail_outcome ringmail_emit_bounced_by_policy(struct ringmail_log *log,
                                                      const struct ringmail_bounced_by_policy *event);

// Info: MID {mid} was dropped by policy {policy} in the {table} table
enum ringmail_outcome ringmail_emit_dropped_by_policy(struct ringmail_log *log,
                                                      const struct ringmail_dropped_by_policy *event);

// Info: MID {mid} quarantined to "{quarantine}"⟦ ({reason})⟧
enum ringmail_outcome ringmail_emit_quarantined(struct ringmail_log *log,
                                                const struct ringmail_quarantined *event);

// Info: MID {mid} enqueued for transfer to centralized quarantine {quarantine} ({reason})
enum ringmail_outcome ringmail_emit_transfer_queued(struct ringmail_log *log,
                                                    const struct ringmail_transfer_queued *event);

// Info: MID {mid} released ⟦(attachments stripped) ⟧from quarantine {quarantine} ({reason})⟦ t={ticks}⟧
enum ringmail_outcome ringmail_emit_released(struct ringmail_log *log,
                                             const struct ringmail_released *event);

// Info: MID {mid} deleted from quarantine {quarantine} ({reason})⟦ t={ticks}⟧
enum ringmail_outcome ringmail_emit_deleted(struct ringmail_log *log,
                                            const struct ringmail_deleted *event);

// Info: MID {mid} released from all quarantines
enum ringmail_outcome ringmail_emit_released_from_all(struct ringmail_log *log,
                                                      const struct ringmail_released_from_all *event);

// Info: MID {mid} deleted from all quarantines
enum ringmail_outcome ringmail_emit_deleted_from_all(struct ringmail_log *log,
                                                     const struct ringmail_deleted_from_all *event);

// Info: MID {mid} quarantine {quarantine} new reason ({reason})
enum ringmail_outcome ringmail_emit_quarantine_reason(struct ringmail_log *log,
                                                      const struct ringmail_quarantine_reason *event);

// Info: ⟦EUQ⟧⟦ISQ⟧: Tagging MID {mid} for quarantine
enum ringmail_outcome ringmail_emit_spam_tagged(struct ringmail_log *log,
                                                const struct ringmail_spam_tagged *event);

// Info: ⟦EUQ⟧⟦ISQ⟧: Quarantined MID {mid}
enum ringmail_outcome ringmail_emit_spam_quarantined(struct ringmail_log *log,
                                                     const struct ringmail_spam_quarantined *event);

// Info: ⟦EUQ⟧⟦ISQ⟧: Reinjected MID {mid} as MID {child}
enum ringmail_outcome ringmail_emit_spam_reinjected(struct ringmail_log *log,
                                                    const struct ringmail_spam_reinjected *event);

// Info: RPC Delivery start RCID {rcid} MID {mid} to local IronPort Spam Quarantine
enum ringmail_outcome ringmail_emit_rpc_start(struct ringmail_log *log,
                                              const struct ringmail_rpc_start *event);

// Info: RPC Message done RCID {rcid} MID {mid}
enum ringmail_outcome ringmail_emit_rpc_done(struct ringmail_log *log,
                                             const struct ringmail_rpc_done *event);

// Info: RPC Message rejected RCID {rcid} MID {mid}
enum ringmail_outcome ringmail_emit_rpc_rejected(struct ringmail_log *log,
                                                 const struct ringmail_rpc_rejected *event);

// Info: RPC connection {text}
enum ringmail_outcome ringmail_emit_rpc_connection(struct ringmail_log *log,
                                                   const struct ringmail_rpc_connection *event);

// Trace: RPC client _message_loop {text}
enum ringmail_outcome ringmail_emit_rpc_loop(struct ringmail_log *log,
                                             const struct ringmail_rpc_loop *event);

// Info: MID {mid} queued for delivery
enum ringmail_outcome ringmail_emit_queued(struct ringmail_log *log,
                                           const struct ringmail_queued *event);

// Info: New SMTP DCID {dcid} interface {interface} address {ip}⟦ port {port}⟧
enum ringmail_outcome ringmail_emit_new_dcid(struct ringmail_log *log,
                                             const struct ringmail_new_dcid *event);

// Info: Delivery start DCID {dcid} MID {mid} to RID [{rids}]⟦ to offbox IronPort Spam Quarantine⟧
enum ringmail_outcome ringmail_emit_delivery_start(struct ringmail_log *log,
                                                   const struct ringmail_delivery_start *event);

// Info: DCID {dcid} TLS success protocol {protocol} cipher {cipher}⟦ for {domain}⟧⟦ CN={common_name}⟧⟦ ⟧
enum ringmail_outcome ringmail_emit_dcid_tls(struct ringmail_log *log,
                                             const struct ringmail_dcid_tls *event);

// Info: DCID {dcid} TLS failed: {error}
enum ringmail_outcome ringmail_emit_dcid_tls_failed(struct ringmail_log *log,
                                                    const struct ringmail_dcid_tls_failed *event);

// Info: DCID {dcid} IP {ip} TLS was required but could not be successfully negotiated
enum ringmail_outcome ringmail_emit_dcid_tls_required(struct ringmail_log *log,
                                                      const struct ringmail_dcid_tls_required *event);

// Info: Message done DCID {dcid} MID {mid} to RID [{rids}]⟦ [{pairs}]⟧⟦ (external quarantine)⟧⟦ ⟧
enum ringmail_outcome ringmail_emit_done(struct ringmail_log *log,
                                         const struct ringmail_done *event);

// Info: MID {mid} RID [{rids}] Response {text}
enum ringmail_outcome ringmail_emit_response(struct ringmail_log *log,
                                             const struct ringmail_response *event);

// Info: Bounced: DCID {dcid} MID {mid} to RID {rid} - {reason} ('{code}', [{response}]) [{headers}]
enum ringmail_outcome ringmail_emit_bounced(struct ringmail_log *log,
                                            const struct ringmail_bounced *event);

// Info: Delayed: DCID {dcid} MID {mid} to RID {rid} - {reason} ('{code}', [{response}]) [{headers}]
enum ringmail_outcome ringmail_emit_delayed(struct ringmail_log *log,
                                            const struct ringmail_delayed *event);

// Info: Double bounce: {text}
enum ringmail_outcome ringmail_emit_double_bounce(struct ringmail_log *log,
                                                  const struct ringmail_double_bounce *event);

// Info: Message {mid} to RID [{rids}] pending till {until}
enum ringmail_outcome ringmail_emit_pending(struct ringmail_log *log,
                                            const struct ringmail_pending *event);

// Info: Message finished MID {mid} done
enum ringmail_outcome ringmail_emit_finished(struct ringmail_log *log,
                                             const struct ringmail_finished *event);

// Info: Message finished MID {mid} aborted
enum ringmail_outcome ringmail_emit_finished_aborted(struct ringmail_log *log,
                                                     const struct ringmail_finished_aborted *event);

// Info: Message aborted MID {mid} Dropped by {engine}
enum ringmail_outcome ringmail_emit_dropped(struct ringmail_log *log,
                                            const struct ringmail_dropped *event);

// Info: Message aborted MID {mid} Dropped by ⟦content ⟧filter {filter}⟦ in the {table} table⟧
enum ringmail_outcome ringmail_emit_dropped_by_filter(struct ringmail_log *log,
                                                      const struct ringmail_dropped_by_filter *event);

// Info: Message aborted MID {mid} Bounced by content filter {filter} in the {table} table
enum ringmail_outcome ringmail_emit_bounced_by_filter(struct ringmail_log *log,
                                                      const struct ringmail_bounced_by_filter *event);

// Info: Message aborted MID {mid} {what}
enum ringmail_outcome ringmail_emit_aborted(struct ringmail_log *log,
                                            const struct ringmail_aborted *event);

// Info: Connection Error: DCID {dcid} domain: {domain} IP: {ip} port: {port} details: {details} interface: {interface} reason: {why}
enum ringmail_outcome ringmail_emit_connection_error(struct ringmail_log *log,
                                                     const struct ringmail_connection_error *event);

// Info: Possible Delivery: DCID: {dcid} MID {mid} to [{rids}]
enum ringmail_outcome ringmail_emit_possible_delivery(struct ringmail_log *log,
                                                      const struct ringmail_possible_delivery *event);

// Info: Deleted: MID {mid} to [{rids}]
enum ringmail_outcome ringmail_emit_recipients_deleted(struct ringmail_log *log,
                                                       const struct ringmail_recipients_deleted *event);

// Info: Mail delivery client with DCID {dcid} exited due to the maximum concurrency configuration.
enum ringmail_outcome ringmail_emit_concurrency_reached(struct ringmail_log *log,
                                                        const struct ringmail_concurrency_reached *event);

// Info: Global unsubscribe matched entry {entry} RID {rid} Address {address} Action {action}
enum ringmail_outcome ringmail_emit_global_unsubscribe(struct ringmail_log *log,
                                                       const struct ringmail_global_unsubscribe *event);

// Info: Alias match: MID {mid} RID {rid} recipient {address} mapped to [{targets}]
enum ringmail_outcome ringmail_emit_alias_match(struct ringmail_log *log,
                                                const struct ringmail_alias_match *event);

// Info: LDAP: {purpose} query {query} MID {mid} RID {rid} address {address}⟦ to {target}⟧
enum ringmail_outcome ringmail_emit_ldap_query(struct ringmail_log *log,
                                               const struct ringmail_ldap_query *event);

// Info: LDAP: {purpose} query {query} address {address}
enum ringmail_outcome ringmail_emit_ldap_lookup(struct ringmail_log *log,
                                                const struct ringmail_ldap_lookup *event);

// Info: LDAP: unable to process, MID {mid} requeued
enum ringmail_outcome ringmail_emit_ldap_requeued(struct ringmail_log *log,
                                                  const struct ringmail_ldap_requeued *event);

// Info: DCID {dcid} close
enum ringmail_outcome ringmail_emit_dcid_close(struct ringmail_log *log,
                                               const struct ringmail_dcid_close *event);

// Debug: Trying DANE {mode} for {domain}
enum ringmail_outcome ringmail_emit_dane_try(struct ringmail_log *log,
                                             const struct ringmail_dane_try *event);

// Debug: {security} MX record({mx}) found for {domain}
enum ringmail_outcome ringmail_emit_mx_found(struct ringmail_log *log,
                                             const struct ringmail_mx_found *event);

// Debug: DNS query: Q({qname}, {qtype})
enum ringmail_outcome ringmail_emit_dns_question(struct ringmail_log *log,
                                                 const struct ringmail_dns_question *event);

// Debug: DNS query: QN({qname}, {qtype}, {set})
enum ringmail_outcome ringmail_emit_dns_set_asked(struct ringmail_log *log,
                                                  const struct ringmail_dns_set_asked *event);

// Debug: DNS query: QIP  ({qname},{qtype},{server},{seconds})
enum ringmail_outcome ringmail_emit_dns_server_asked(struct ringmail_log *log,
                                                     const struct ringmail_dns_server_asked *event);

// Debug: DNS query: Q  ({qname}, {qtype}, {server})
enum ringmail_outcome ringmail_emit_dns_sent(struct ringmail_log *log,
                                             const struct ringmail_dns_sent *event);

// Debug: DNSSEC Response data([{rdata}], {state}, {status}, {ttl})
enum ringmail_outcome ringmail_emit_dnssec_response(struct ringmail_log *log,
                                                    const struct ringmail_dnssec_response *event);

// Debug: DNS encache ({qname}, {qtype}, [({expiry}L, {number}, '{security}', {rdata})])
enum ringmail_outcome ringmail_emit_dns_encache(struct ringmail_log *log,
                                                const struct ringmail_dns_encache *event);

// Debug: Received NODATA for domain {qname} type {qtype}
enum ringmail_outcome ringmail_emit_dns_no_data(struct ringmail_log *log,
                                                const struct ringmail_dns_no_data *event);

// Debug: Received NXDomain for domain {qname} type {qtype}
enum ringmail_outcome ringmail_emit_dns_nx_domain(struct ringmail_log *log,
                                                  const struct ringmail_dns_nx_domain *event);

// Debug: No CNAME record({rcode}) found for domain({qname})
enum ringmail_outcome ringmail_emit_no_cname(struct ringmail_log *log,
                                             const struct ringmail_no_cname *event);

// Debug: Secure CNAME({cname}) found for MX({mx}) in {domain}
enum ringmail_outcome ringmail_emit_secure_cname(struct ringmail_log *log,
                                                 const struct ringmail_secure_cname *event);

// Debug: {security} A record ({ip}) found for MX({mx}) in {domain}
enum ringmail_outcome ringmail_emit_address_found(struct ringmail_log *log,
                                                  const struct ringmail_address_found *event);

// Debug: Fetching TLSA records with CNAME({cname}) for MX({mx}) in {domain}
enum ringmail_outcome ringmail_emit_tlsa_by_cname(struct ringmail_log *log,
                                                  const struct ringmail_tlsa_by_cname *event);

// Debug: Fetching TLSA records with initial name({mx}) in {domain}
enum ringmail_outcome ringmail_emit_tlsa_by_name(struct ringmail_log *log,
                                                 const struct ringmail_tlsa_by_name *event);

// Debug: SECURE TLSA Record found for MX({mx}) in {domain}
enum ringmail_outcome ringmail_emit_tlsa_secure(struct ringmail_log *log,
                                                const struct ringmail_tlsa_secure *event);

// Debug: BOGUS TLSA Record is found for MX ({mx}) in {domain}
enum ringmail_outcome ringmail_emit_tlsa_bogus(struct ringmail_log *log,
                                               const struct ringmail_tlsa_bogus *event);

// Debug: No TLSA record ({rcode}) found for MX ({mx})
enum ringmail_outcome ringmail_emit_no_tlsa(struct ringmail_log *log,
                                            const struct ringmail_no_tlsa *event);

// Debug: DCID {dcid} All TLSA records failed for certificate not trusted
enum ringmail_outcome ringmail_emit_tlsa_failed(struct ringmail_log *log,
                                                const struct ringmail_tlsa_failed *event);

// Debug: Trying next MX record in {domain}
enum ringmail_outcome ringmail_emit_next_mx(struct ringmail_log *log,
                                            const struct ringmail_next_mx *event);

// Debug: Falling back to conventional TLS for MX ({mx}) in {domain}
enum ringmail_outcome ringmail_emit_tls_fallback(struct ringmail_log *log,
                                                 const struct ringmail_tls_fallback *event);

// Info: Failed for all MX hosts in {domain}
enum ringmail_outcome ringmail_emit_all_mx_failed(struct ringmail_log *log,
                                                  const struct ringmail_all_mx_failed *event);

// Info: DCID {dcid} Certificate verification successful
enum ringmail_outcome ringmail_emit_certificate_verified(struct ringmail_log *log,
                                                         const struct ringmail_certificate_verified *event);

// Info: MID {mid} DCID {dcid} DANE failed for the domain {domain}: {error}
enum ringmail_outcome ringmail_emit_dane_failed_for_domain(struct ringmail_log *log,
                                                           const struct ringmail_dane_failed_for_domain *event);

// Info: MID {mid} DCID {dcid} DANE failed: {error}
enum ringmail_outcome ringmail_emit_dane_failed(struct ringmail_log *log,
                                                const struct ringmail_dane_failed *event);

// Info: The vault health check has passed, and the initialization status is {initialized}.
enum ringmail_outcome ringmail_emit_vault_healthy(struct ringmail_log *log,
                                                  const struct ringmail_vault_healthy *event);

// Critical: The Cisco Advanced Phishing Protection Cloud Service has expired and is disabled. Contact your Cisco Account Manager to renew the service and enable it.
enum ringmail_outcome ringmail_emit_phishing_expired(struct ringmail_log *log,
                                                     const struct ringmail_phishing_expired *event);

// Info: Cisco Advanced Phishing Protection Cloud Service expires on {date}. You need to contact your Cisco Account Manager to renew the service
enum ringmail_outcome ringmail_emit_phishing_expires(struct ringmail_log *log,
                                                     const struct ringmail_phishing_expires *event);

// Critical: Failed to poll for the Cisco Advanced Phishing Protection Cloud Service expiry date. You need to add the API Access UID and API Access secret key.
enum ringmail_outcome ringmail_emit_phishing_key_missing(struct ringmail_log *log,
                                                         const struct ringmail_phishing_key_missing *event);

// Critical: Failed to poll for the Cisco Advanced Phishing Protection Cloud Service expiry date because the API Access Key is invalid. You need to re-configure the API Access UID and secret key
enum ringmail_outcome ringmail_emit_phishing_key_invalid(struct ringmail_log *log,
                                                         const struct ringmail_phishing_key_invalid *event);

// Info: SenderBase upload: {hosts} hosts totaling {bytes} bytes
enum ringmail_outcome ringmail_emit_sender_base_upload(struct ringmail_log *log,
                                                       const struct ringmail_sender_base_upload *event);

// Info: A {class} alert was sent to {address} with subject "{subject}"
enum ringmail_outcome ringmail_emit_alert_sent(struct ringmail_log *log,
                                               const struct ringmail_alert_sent *event);

// Info: Internal SMTP system successfully sent a message to {address} with subject {subject}.
enum ringmail_outcome ringmail_emit_alert_mail_sent(struct ringmail_log *log,
                                                    const struct ringmail_alert_mail_sent *event);

// Info: Internal SMTP system attempting to send a message to {address} with subject {subject} (attempt #{attempt}).
enum ringmail_outcome ringmail_emit_alert_mail_attempt(struct ringmail_log *log,
                                                       const struct ringmail_alert_mail_attempt *event);

// Critical: Internal SMTP giving up on message to {address} with subject {subject}: Unrecoverable error.
enum ringmail_outcome ringmail_emit_alert_mail_given_up(struct ringmail_log *log,
                                                        const struct ringmail_alert_mail_given_up *event);

// Warning: Internal SMTP Error: {error}
enum ringmail_outcome ringmail_emit_alert_mail_error(struct ringmail_log *log,
                                                     const struct ringmail_alert_mail_error *event);

// Critical: Error while sending alert: {error}
enum ringmail_outcome ringmail_emit_alert_failed(struct ringmail_log *log,
                                                 const struct ringmail_alert_failed *event);

// Warning: Your {feature} key will expire in under {days} day(s). {text}
enum ringmail_outcome ringmail_emit_key_expires(struct ringmail_log *log,
                                                const struct ringmail_key_expires *event);

// Warning: URL category definitions have changed. {text}
enum ringmail_outcome ringmail_emit_url_categories_changed(struct ringmail_log *log,
                                                           const struct ringmail_url_categories_changed *event);

// Info: URL_REP_CLIENT: {text}
enum ringmail_outcome ringmail_emit_url_reputation_client(struct ringmail_log *log,
                                                          const struct ringmail_url_reputation_client *event);

// Info: DNS Temporary Failure {qname} {qtype} - {error}
enum ringmail_outcome ringmail_emit_dns_temporary_failure(struct ringmail_log *log,
                                                          const struct ringmail_dns_temporary_failure *event);

// Info: lame DNS referral: {text}
enum ringmail_outcome ringmail_emit_mail_lame_referral(struct ringmail_log *log,
                                                       const struct ringmail_mail_lame_referral *event);

// Info: Status: CPULd {cpu_load} DskIO {disk_io} RAMUtil {ram_utilization} QKUsd {queue_kb_used} QKFre {queue_kb_free} CrtMID {current_mid} CrtICID {current_icid} CrtDCID {current_dcid} InjMsg {injected_messages} InjRcp {injected_recipients} GenBncRcp {generated_bounce_recipients} RejRcp {rejected_recipients} DrpMsg {dropped_messages} SftBncEvnt {soft_bounce_events} CmpRcp {completed_recipients} HrdBncRcp {hard_bounced_recipients} DnsHrdBnc {dns_hard_bounces} 5XXHrdBnc {hard_bounces_5xx} FltrHrdBnc {filter_hard_bounces} ExpHrdBnc {expired_hard_bounces} OtrHrdBnc {other_hard_bounces} DlvRcp {delivered_recipients} DelRcp {deleted_recipients} GlbUnsbHt {global_unsubscribe_hits} ActvRcp {active_recipients} UnatmptRcp {unattempted_recipients} AtmptRcp {attempted_recipients} CrtCncIn {connections_in} CrtCncOut {connections_out} DnsReq {dns_requests} NetReq {network_requests} CchHit {cache_hits} CchMis {cache_misses} CchEct {cache_evictions} CchExp {cache_expirations} CPUTTm {cpu_seconds} CPUETm {elapsed_seconds} MaxIO {max_io} RAMUsd {ram_bytes_used} MMLen {messages_in_system} DstInMem {destinations_in_memory} ResCon {resource_conservation} WorkQ {work_queue} QuarMsgs {quarantined_messages} QuarQKUsd {quarantine_kb_used} LogUsd {log_percent_used} SophLd {sophos_load} BMLd {brightmail_load} CASELd {case_load} TotalLd {total_load} LogAvail {log_available} EuQ {spam_quarantine_messages} EuqRls {spam_quarantine_releases} CmrkLd {cloudmark_load} McafLd {mcafee_load} SwIn {swap_in} SwOut {swap_out} SwPgIn {swap_page_in} SwPgOut {swap_page_out} SwapUsage {swap_usage}% RptLd {reporting_load} QtnLd {quarantine_load} EncrQ {encryption_queue} InjBytes {injected_bytes}
enum ringmail_outcome ringmail_emit_status(struct ringmail_log *log,
                                           const struct ringmail_status *event);

// Info: Attempting to connect to {host} via IP {ip} port {port}⟦ (explicitly configured)⟧
enum ringmail_outcome ringmail_emit_cluster_connecting(struct ringmail_log *log,
                                                       const struct ringmail_cluster_connecting *event);

// Info: Verifying cluster synchronization with machine {machine}
enum ringmail_outcome ringmail_emit_cluster_verifying(struct ringmail_log *log,
                                                      const struct ringmail_cluster_verifying *event);

// Info: Cluster synchronization with machine {machine} ok
enum ringmail_outcome ringmail_emit_cluster_synchronized(struct ringmail_log *log,
                                                         const struct ringmail_cluster_synchronized *event);

// Info: Inter-cluster connection is successful
enum ringmail_outcome ringmail_emit_inter_cluster_connected(struct ringmail_log *log,
                                                            const struct ringmail_inter_cluster_connected *event);

// Info: Inter-Cluster connection pool updated for {serial} - host {change}
enum ringmail_outcome ringmail_emit_inter_cluster_pool(struct ringmail_log *log,
                                                       const struct ringmail_inter_cluster_pool *event);

// Info: Successfully committed {area} configuration changes to the inter-cluster machines
enum ringmail_outcome ringmail_emit_inter_cluster_commit(struct ringmail_log *log,
                                                         const struct ringmail_inter_cluster_commit *event);

// Info: PID {pid}: User {user} commit changes:⟦ {comment}⟧
enum ringmail_outcome ringmail_emit_commit(struct ringmail_log *log,
                                           const struct ringmail_commit *event);

// Warning: lame DNS referral: qname:{qname} ns_name:{server} zone:{zone} ref_zone:{referred} referrals:{referrals}
enum ringmail_outcome ringmail_emit_lame_referral(struct ringmail_log *log,
                                                  const struct ringmail_lame_referral *event);

// Warning: Failed to bootstrap the DNS resolver.⟦ {error}⟧
enum ringmail_outcome ringmail_emit_dns_bootstrap_failed(struct ringmail_log *log,
                                                         const struct ringmail_dns_bootstrap_failed *event);

// Warning: DNS query network error {error} to {server} looking up {qname}
enum ringmail_outcome ringmail_emit_dns_network_error(struct ringmail_log *log,
                                                      const struct ringmail_dns_network_error *event);

// Warning: Received an invalid DNS Response: {answer} to IP {ip} looking up {qname}
enum ringmail_outcome ringmail_emit_dns_invalid_response(struct ringmail_log *log,
                                                         const struct ringmail_dns_invalid_response *event);

// Info: PID {pid}: User {user} entered {input}; prompt was {prompt}
enum ringmail_outcome ringmail_emit_cli_input(struct ringmail_log *log,
                                              const struct ringmail_cli_input *event);

// Info: PID {pid}: User {user} login from {ip} on {local}
enum ringmail_outcome ringmail_emit_cli_login(struct ringmail_log *log,
                                              const struct ringmail_cli_login *event);

// Info: PID {pid}: User {user} executed batch command: {command}
enum ringmail_outcome ringmail_emit_cli_batch(struct ringmail_log *log,
                                              const struct ringmail_cli_batch *event);

// Info: PID {pid}: User {user} logged out of Command Line Interface using {channel} connection.
enum ringmail_outcome ringmail_emit_cli_logout(struct ringmail_log *log,
                                               const struct ringmail_cli_logout *event);

// Info: System is coming up
enum ringmail_outcome ringmail_emit_ftp_coming_up(struct ringmail_log *log,
                                                  const struct ringmail_ftp_coming_up *event);

// Info: ID:{id} Connection from {ip} on {local}
enum ringmail_outcome ringmail_emit_ftp_connection(struct ringmail_log *log,
                                                   const struct ringmail_ftp_connection *event);

// Info: ID:{id} User {user} login {result}
enum ringmail_outcome ringmail_emit_ftp_login(struct ringmail_log *log,
                                              const struct ringmail_ftp_login *event);

// Info: ID:{id} Upload {file} {bytes} bytes
enum ringmail_outcome ringmail_emit_ftp_upload(struct ringmail_log *log,
                                               const struct ringmail_ftp_upload *event);

// Info: ID:{id} Download {file} {bytes} bytes
enum ringmail_outcome ringmail_emit_ftp_download(struct ringmail_log *log,
                                                 const struct ringmail_ftp_download *event);

// Info: ID:{id} User {user} logout
enum ringmail_outcome ringmail_emit_ftp_logout(struct ringmail_log *log,
                                               const struct ringmail_ftp_logout *event);

// Info: http service on {place} redirecting to https port {port}
enum ringmail_outcome ringmail_emit_http_redirecting(struct ringmail_log *log,
                                                     const struct ringmail_http_redirecting *event);

// Info: {protocol} service listening on {place}
enum ringmail_outcome ringmail_emit_http_listening(struct ringmail_log *log,
                                                   const struct ringmail_http_listening *event);

// Info: req:{ip} user:{user} id:{session} {method} {path} HTTP/{version} {status}
enum ringmail_outcome ringmail_emit_http_request(struct ringmail_log *log,
                                                 const struct ringmail_http_request *event);

// Info: req:{ip} user:{user} id:{session} {status} {method} {path} HTTP/{version} {agent}
enum ringmail_outcome ringmail_emit_http_agent_request(struct ringmail_log *log,
                                                       const struct ringmail_http_agent_request *event);

// Info: Session {session} from {ip} not found⟦ Destination:{place}⟧
enum ringmail_outcome ringmail_emit_http_session_unknown(struct ringmail_log *log,
                                                         const struct ringmail_http_session_unknown *event);

// Info: Session {session} user:{user} expired
enum ringmail_outcome ringmail_emit_http_session_expired(struct ringmail_log *log,
                                                         const struct ringmail_http_session_expired *event);

// Info: Action: User {user} logged out from session {session} beacuse of inactivity timeout
enum ringmail_outcome ringmail_emit_http_session_idle(struct ringmail_log *log,
                                                      const struct ringmail_http_session_idle *event);

// Info: SourceIP:{ip} Destination:{place} Username:{user} Privilege:{privilege} session:{session} Action: The HTTPS session has been established successfully.
enum ringmail_outcome ringmail_emit_http_session_opened(struct ringmail_log *log,
                                                        const struct ringmail_http_session_opened *event);

// Info: SSL error with client {place} - {error}
enum ringmail_outcome ringmail_emit_http_tls_error(struct ringmail_log *log,
                                                   const struct ringmail_http_tls_error *event);

// Info: Error in {protocol} connection from host {host} port {port} - {error}
enum ringmail_outcome ringmail_emit_http_connection_error(struct ringmail_log *log,
                                                          const struct ringmail_http_connection_error *event);

// Info: PERIODIC REPORTS: {text}
enum ringmail_outcome ringmail_emit_http_reports(struct ringmail_log *log,
                                                 const struct ringmail_http_reports *event);

// Info: Passphrase has been changed for user {user}
enum ringmail_outcome ringmail_emit_http_passphrase(struct ringmail_log *log,
                                                    const struct ringmail_http_passphrase *event);

// Info: sntp query host {host} delay {delay} offset {offset}
enum ringmail_outcome ringmail_emit_ntp_query(struct ringmail_log *log,
                                              const struct ringmail_ntp_query *event);

// Info: adjust: time_const: {time_const} offset: {offset}us next_poll: {next_poll}
enum ringmail_outcome ringmail_emit_ntp_adjust(struct ringmail_log *log,
                                               const struct ringmail_ntp_adjust *event);

// Info: The system time was changed from {from} to {to} using information from {host}.
enum ringmail_outcome ringmail_emit_ntp_time_changed(struct ringmail_log *log,
                                                     const struct ringmail_ntp_time_changed *event);

// Info: Masquerade query {query} address {address} to {target}
enum ringmail_outcome ringmail_emit_ldap_masquerade(struct ringmail_log *log,
                                                    const struct ringmail_ldap_masquerade *event);

// Info: Clearing LDAP cache
enum ringmail_outcome ringmail_emit_ldap_cache_cleared(struct ringmail_log *log,
                                                       const struct ringmail_ldap_cache_cleared *event);

// Info: Query {template} to server {server} ({host}:{port})
enum ringmail_outcome ringmail_emit_ldap_querying(struct ringmail_log *log,
                                                  const struct ringmail_ldap_querying *event);

// Info: After substitute, query is {query}
enum ringmail_outcome ringmail_emit_ldap_substituted(struct ringmail_log *log,
                                                     const struct ringmail_ldap_substituted *event);

// Info: connecting to server
enum ringmail_outcome ringmail_emit_ldap_connecting(struct ringmail_log *log,
                                                    const struct ringmail_ldap_connecting *event);

// Info: connected
enum ringmail_outcome ringmail_emit_ldap_connected(struct ringmail_log *log,
                                                   const struct ringmail_ldap_connected *event);

// Info: Query {query} returned {results} results
enum ringmail_outcome ringmail_emit_ldap_answered(struct ringmail_log *log,
                                                  const struct ringmail_ldap_answered *event);

// Info: returning: [{results}]
enum ringmail_outcome ringmail_emit_ldap_returning(struct ringmail_log *log,
                                                   const struct ringmail_ldap_returning *event);

// Info: case antispam - engine ({pid}) : {component}: {text}
enum ringmail_outcome ringmail_emit_case_engine(struct ringmail_log *log,
                                                const struct ringmail_case_engine *event);

// Info: graymail [{component}] {text}
enum ringmail_outcome ringmail_emit_graymail_says(struct ringmail_log *log,
                                                  const struct ringmail_graymail_says *event);

// Info: Checking for {vendor} Update
enum ringmail_outcome ringmail_emit_av_update_check(struct ringmail_log *log,
                                                    const struct ringmail_av_update_check *event);

// Info: Current SAV engine ver={version}. No engine update needed
enum ringmail_outcome ringmail_emit_av_engine_current(struct ringmail_log *log,
                                                      const struct ringmail_av_engine_current *event);

// Info: Current IDE serial={serial}. No update needed.
enum ringmail_outcome ringmail_emit_av_definitions_current(struct ringmail_log *log,
                                                           const struct ringmail_av_definitions_current *event);

// Info: {vendor}  antivirus - MID {mid} - Result {verdict} ({details})
enum ringmail_outcome ringmail_emit_av_result(struct ringmail_log *log,
                                              const struct ringmail_av_result *event);

// Info: {vendor}  antivirus - MID {mid} {step} - Error - {error} {code}
enum ringmail_outcome ringmail_emit_av_error(struct ringmail_log *log,
                                             const struct ringmail_av_error *event);

// Info: {vendor}  antivirus - MID {mid} {step} - Virus {virus} {part} {flags}
enum ringmail_outcome ringmail_emit_av_virus(struct ringmail_log *log,
                                             const struct ringmail_av_virus *event);

// Info: {vendor}  antivirus - MID {mid} {step} - Limit - {limit}
enum ringmail_outcome ringmail_emit_av_limit(struct ringmail_log *log,
                                             const struct ringmail_av_limit *event);

// Info: {vendor}  antivirus - MID {mid} - timed out on message
enum ringmail_outcome ringmail_emit_av_timeout(struct ringmail_log *log,
                                               const struct ringmail_av_timeout *event);

// Info: File reputation service initialized successfully
enum ringmail_outcome ringmail_emit_amp_reputation_ready(struct ringmail_log *log,
                                                         const struct ringmail_amp_reputation_ready *event);

// Info: The following file type(s) can be sent for File Analysis: {types}. To allow analysis of new file type(s), go to Security Services > File Reputation and Analysis.
enum ringmail_outcome ringmail_emit_amp_file_types(struct ringmail_log *log,
                                                   const struct ringmail_amp_file_types *event);

// Info: File Analysis service initialized successfully
enum ringmail_outcome ringmail_emit_amp_analysis_ready(struct ringmail_log *log,
                                                       const struct ringmail_amp_analysis_ready *event);

// Warning: MID {mid} reputation query failed for attachment {file} with error "{error}"
enum ringmail_outcome ringmail_emit_amp_query_failed(struct ringmail_log *log,
                                                     const struct ringmail_amp_query_failed *event);

// Info: File reputation query initiating. File Name = {file}, MID = {mid}, File Size = {bytes} bytes, File Type = {mime}
enum ringmail_outcome ringmail_emit_amp_query(struct ringmail_log *log,
                                              const struct ringmail_amp_query *event);

// Info: Response received for file reputation query from {source}. File Name = {file}, MID = {mid}, Disposition = {disposition}, Malware = {malware}, Reputation Score = {score}, sha256 = {sha256}, upload_action = {upload}
enum ringmail_outcome ringmail_emit_amp_response(struct ringmail_log *log,
                                                 const struct ringmail_amp_response *event);

// Info: Response received for file reputation query from {source}. File Name = {file}, MID = {mid}, Disposition = {disposition}, Malware = {malware}, Analysis Score = {score}, sha256 = {sha256}, upload_action = {upload}⟦, verdict_source = {engine}⟧
enum ringmail_outcome ringmail_emit_amp_cloud_response(struct ringmail_log *log,
                                                       const struct ringmail_amp_cloud_response *event);

// Info: File uploaded for analysis. SHA256: {sha256}⟦, file name: {file}⟧
enum ringmail_outcome ringmail_emit_amp_uploaded(struct ringmail_log *log,
                                                 const struct ringmail_amp_uploaded *event);

// Info: File Analysis is running for SHA: {sha256}
enum ringmail_outcome ringmail_emit_amp_analysis_running(struct ringmail_log *log,
                                                         const struct ringmail_amp_analysis_running *event);

// Info: File Analysis complete. SHA256: {sha256}, Submit Timestamp: {submitted}, Update Timestamp: {updated}, Disposition: {result} Score: {score}, run_id: {run} Details: {details}
enum ringmail_outcome ringmail_emit_amp_analysis_done(struct ringmail_log *log,
                                                      const struct ringmail_amp_analysis_done *event);

// Info: File not uploaded for analysis. MID = {mid} File SHA256[{sha256}] file mime[{mime}] Reason: {reason}
enum ringmail_outcome ringmail_emit_amp_not_uploaded(struct ringmail_log *log,
                                                     const struct ringmail_amp_not_uploaded *event);

// Info: File analysis upload skipped. SHA256: {sha256},Timestamp[{at}] details[{details}]
enum ringmail_outcome ringmail_emit_amp_upload_skipped(struct ringmail_log *log,
                                                       const struct ringmail_amp_upload_skipped *event);

// Critical: The attachment could not be uploaded to the File Analysis server because the appliance exceeded the upload limit
enum ringmail_outcome ringmail_emit_amp_upload_limit(struct ringmail_log *log,
                                                     const struct ringmail_amp_upload_limit *event);

// Info: Retrospective verdict received. SHA256: {sha256}, Timestamp: {at}, Verdict: {verdict}, Reputation Score: {score}, Spyname: {malware}
enum ringmail_outcome ringmail_emit_amp_retrospective(struct ringmail_log *log,
                                                      const struct ringmail_amp_retrospective *event);

// Info: Internal SMTP system attempting to send a message to {address} with subject {subject} (attempt #{attempt}).
enum ringmail_outcome ringmail_emit_scan_alert_attempt(struct ringmail_log *log,
                                                       const struct ringmail_scan_alert_attempt *event);

// Info: Internal SMTP system successfully sent a message to {address} with subject {subject}.
enum ringmail_outcome ringmail_emit_scan_alert_mail_sent(struct ringmail_log *log,
                                                         const struct ringmail_scan_alert_mail_sent *event);

// Info: A {class} alert was sent to {address} with subject "{subject}".
enum ringmail_outcome ringmail_emit_scan_alert_sent(struct ringmail_log *log,
                                                    const struct ringmail_scan_alert_sent *event);

// Critical: Internal SMTP giving up on message to {address} with subject {subject}: Unrecoverable error.
enum ringmail_outcome ringmail_emit_scan_alert_given_up(struct ringmail_log *log,
                                                        const struct ringmail_scan_alert_given_up *event);

// Warning: Internal SMTP Error: {error}
enum ringmail_outcome ringmail_emit_scan_alert_mail_error(struct ringmail_log *log,
                                                          const struct ringmail_scan_alert_mail_error *event);

// Critical: Error while sending alert: {error}
enum ringmail_outcome ringmail_emit_scan_alert_failed(struct ringmail_log *log,
                                                      const struct ringmail_scan_alert_failed *event);

// Info: PF: {text}
enum ringmail_outcome ringmail_emit_content_scanner(struct ringmail_log *log,
                                                    const struct ringmail_content_scanner *event);

// Info: ISQ: Releasing MID [{mids}] for all
enum ringmail_outcome ringmail_emit_isq_releasing(struct ringmail_log *log,
                                                  const struct ringmail_isq_releasing *event);

// Info: ISQ: Delivering released MID {mid} (skipping work queue)
enum ringmail_outcome ringmail_emit_isq_delivering(struct ringmail_log *log,
                                                   const struct ringmail_isq_delivering *event);

// Info: ISQ: Released MID {mid} to {recipient}
enum ringmail_outcome ringmail_emit_isq_released(struct ringmail_log *log,
                                                 const struct ringmail_isq_released *event);

// Info: ISQ: out of limit action changed to {action}
enum ringmail_outcome ringmail_emit_isq_limit_action(struct ringmail_log *log,
                                                     const struct ringmail_isq_limit_action *event);

// Info: ISQ: Quarantined MID {mid} for {recipient}
enum ringmail_outcome ringmail_emit_isq_quarantined(struct ringmail_log *log,
                                                    const struct ringmail_isq_quarantined *event);

// Info: ISQ: Deleted MID {mid} ({reason})
enum ringmail_outcome ringmail_emit_isq_deleted(struct ringmail_log *log,
                                                const struct ringmail_isq_deleted *event);

// Info: ISQ: Serving {protocol} on {ip}, port {port}
enum ringmail_outcome ringmail_emit_isq_serving(struct ringmail_log *log,
                                                const struct ringmail_isq_serving *event);

// Info: Authentication OK, user {user}
enum ringmail_outcome ringmail_emit_isq_authenticated(struct ringmail_log *log,
                                                      const struct ringmail_isq_authenticated *event);

// Info: logout:{user} user:{session} session:{ip}
enum ringmail_outcome ringmail_emit_isq_logout(struct ringmail_log *log,
                                               const struct ringmail_isq_logout *event);

// Info: login:{user} user:{session} session:{ip}
enum ringmail_outcome ringmail_emit_isq_login(struct ringmail_log *log,
                                              const struct ringmail_isq_login *event);

// Info: Authentication FAILED, user {user}
enum ringmail_outcome ringmail_emit_isq_authentication_failed(struct ringmail_log *log,
                                                              const struct ringmail_isq_authentication_failed *event);

// Info: {icid} Sent to '{ip}': '{data}'
enum ringmail_outcome ringmail_emit_sent_to_client(struct ringmail_log *log,
                                                   const struct ringmail_sent_to_client *event);

// Info: {icid} Rcvd from '{ip}': '{data}'
enum ringmail_outcome ringmail_emit_received_from_client(struct ringmail_log *log,
                                                         const struct ringmail_received_from_client *event);

// Info: {dcid} Sent: {data}
enum ringmail_outcome ringmail_emit_sent_to_server(struct ringmail_log *log,
                                                   const struct ringmail_sent_to_server *event);

// Info: {dcid} Rcvd: {data}
enum ringmail_outcome ringmail_emit_received_from_server(struct ringmail_log *log,
                                                         const struct ringmail_received_from_server *event);

// Info: SLBL: The database snapshot has been created.
enum ringmail_outcome ringmail_emit_slbl_snapshot(struct ringmail_log *log,
                                                  const struct ringmail_slbl_snapshot *event);

// Warning: SLBL: Adding senders to the database failed.
enum ringmail_outcome ringmail_emit_slbl_add_failed(struct ringmail_log *log,
                                                    const struct ringmail_slbl_add_failed *event);

// Info: SLBL: Adding senders to the database succeeded.
enum ringmail_outcome ringmail_emit_slbl_added(struct ringmail_log *log,
                                               const struct ringmail_slbl_added *event);

// Warning: SLBL: Creating the database snapshot failed: {error}
enum ringmail_outcome ringmail_emit_slbl_snapshot_failed(struct ringmail_log *log,
                                                         const struct ringmail_slbl_snapshot_failed *event);

// Info: Period {period} using {kilobytes} (KB)
enum ringmail_outcome ringmail_emit_report_period(struct ringmail_log *log,
                                                  const struct ringmail_report_period *event);

// Info: Update {count} registered appliance at {minute}
enum ringmail_outcome ringmail_emit_report_update(struct ringmail_log *log,
                                                  const struct ringmail_report_update *event);

// Info: Pages found in cache: {found} ({percent}%). Not found: {missing}
enum ringmail_outcome ringmail_emit_report_cache(struct ringmail_log *log,
                                                 const struct ringmail_report_cache *event);

// Info: HELPER checkpointed in {seconds} seconds
enum ringmail_outcome ringmail_emit_report_checkpoint(struct ringmail_log *log,
                                                      const struct ringmail_report_checkpoint *event);

// Info: Query: Closing interval handle {handle}.
enum ringmail_outcome ringmail_emit_query_interval_closed(struct ringmail_log *log,
                                                          const struct ringmail_query_interval_closed *event);

// Info: Query: Closing query handle {handle}.
enum ringmail_outcome ringmail_emit_query_closed(struct ringmail_log *log,
                                                 const struct ringmail_query_closed *event);

// Info: Query: Merge query with handle {handle} for [{counters}] for rollup period "{period}" with interval range {from} to {to} with key constraints {constraints} sorting on [{sorting}] returning results from {first} to {last} sort_ascending={ascending}.
enum ringmail_outcome ringmail_emit_query_merge(struct ringmail_log *log,
                                                const struct ringmail_query_merge *event);

// Info: Starting scheduled update
enum ringmail_outcome ringmail_emit_update_started(struct ringmail_log *log,
                                                   const struct ringmail_update_started *event);

// Info: Acquired server manifest, starting update {update}
enum ringmail_outcome ringmail_emit_update_manifest(struct ringmail_log *log,
                                                    const struct ringmail_update_manifest *event);

// Info: Server manifest specified an update for {component}
enum ringmail_outcome ringmail_emit_update_specified(struct ringmail_log *log,
                                                     const struct ringmail_update_specified *event);

// Info: Scheduled next update to occur at {at}
enum ringmail_outcome ringmail_emit_update_scheduled(struct ringmail_log *log,
                                                     const struct ringmail_update_scheduled *event);

// Info: {component} was signalled to start a new update
enum ringmail_outcome ringmail_emit_update_signalled(struct ringmail_log *log,
                                                     const struct ringmail_update_signalled *event);

// Info: {component} processing files from the server manifest
enum ringmail_outcome ringmail_emit_update_processing(struct ringmail_log *log,
                                                      const struct ringmail_update_processing *event);

// Info: {component} started {step} files
enum ringmail_outcome ringmail_emit_update_step(struct ringmail_log *log,
                                                const struct ringmail_update_step *event);

// Info: {component} downloading remote file "{url}"
enum ringmail_outcome ringmail_emit_update_downloading(struct ringmail_log *log,
                                                       const struct ringmail_update_downloading *event);

// Info: {component} decrypting file "{path}" with method "{cipher}"
enum ringmail_outcome ringmail_emit_update_decrypting(struct ringmail_log *log,
                                                      const struct ringmail_update_decrypting *event);

// Info: {component} applying file "{path}"
enum ringmail_outcome ringmail_emit_update_applying(struct ringmail_log *log,
                                                    const struct ringmail_update_applying *event);

// Info: {component} verifying applied files
enum ringmail_outcome ringmail_emit_update_verifying(struct ringmail_log *log,
                                                     const struct ringmail_update_verifying *event);

// Info: {component} updating the client manifest
enum ringmail_outcome ringmail_emit_update_client_manifest(struct ringmail_log *log,
                                                           const struct ringmail_update_client_manifest *event);

// Info: {component} update completed
enum ringmail_outcome ringmail_emit_update_completed(struct ringmail_log *log,
                                                     const struct ringmail_update_completed *event);

// Info: {component} waiting for new updates
enum ringmail_outcome ringmail_emit_update_waiting(struct ringmail_log *log,
                                                   const struct ringmail_update_waiting *event);

// Debug: Skipping update request for "{component}"
enum ringmail_outcome ringmail_emit_update_skipped(struct ringmail_log *log,
                                                   const struct ringmail_update_skipped *event);

// Debug: {component} updates disabled
enum ringmail_outcome ringmail_emit_update_disabled(struct ringmail_log *log,
                                                    const struct ringmail_update_disabled *event);

// Debug: {component} feature key disabled
enum ringmail_outcome ringmail_emit_update_key_disabled(struct ringmail_log *log,
                                                        const struct ringmail_update_key_disabled *event);

// Trace: command session starting
enum ringmail_outcome ringmail_emit_update_session(struct ringmail_log *log,
                                                   const struct ringmail_update_session *event);

// Info: Automatic updates disabled for engine {engine}
enum ringmail_outcome ringmail_emit_update_automatic_disabled(struct ringmail_log *log,
                                                              const struct ringmail_update_automatic_disabled *event);

// Info: {component}: Backup update applied successfully
enum ringmail_outcome ringmail_emit_update_backup(struct ringmail_log *log,
                                                  const struct ringmail_update_backup *event);

// Info: Internal SMTP system attempting to send a message to {address} with subject {subject} (attempt #{attempt}).
enum ringmail_outcome ringmail_emit_update_alert_attempt(struct ringmail_log *log,
                                                         const struct ringmail_update_alert_attempt *event);

// Info: Tracking parser moved {from} to {to}.
enum ringmail_outcome ringmail_emit_tracking_moved(struct ringmail_log *log,
                                                   const struct ringmail_tracking_moved *event);

// Info: TRANSFER: Plugin {plugin} downloading from {ip} - {path}
enum ringmail_outcome ringmail_emit_tracking_transfer(struct ringmail_log *log,
                                                      const struct ringmail_tracking_transfer *event);

// Info: User {user}⟦ from {ip}⟧ was authenticated successfully.
enum ringmail_outcome ringmail_emit_login_succeeded(struct ringmail_log *log,
                                                    const struct ringmail_login_succeeded *event);

// Info: User {user}⟦ from {ip}⟧ failed authentication.
enum ringmail_outcome ringmail_emit_login_failed(struct ringmail_log *log,
                                                 const struct ringmail_login_failed *event);

// Info: The user {user} successfully logged on from {ip}⟦ with privilege {privilege}⟧ using an HTTPS connection.
enum ringmail_outcome ringmail_emit_web_login(struct ringmail_log *log,
                                              const struct ringmail_web_login *event);

// Info: An authentication attempt by the user {user} from {ip} failed⟦ using an HTTPS connection.⟧
enum ringmail_outcome ringmail_emit_login_attempt_failed(struct ringmail_log *log,
                                                         const struct ringmail_login_attempt_failed *event);

// Info: login:{ip} user:{user} session:{session}
enum ringmail_outcome ringmail_emit_session_login(struct ringmail_log *log,
                                                  const struct ringmail_session_login *event);

// Info: logout:{ip} user:{user} session:{session}
enum ringmail_outcome ringmail_emit_session_logout(struct ringmail_log *log,
                                                   const struct ringmail_session_logout *event);

// Info: CLI: User {user} logged out from {ip} because of inactivity timeout
enum ringmail_outcome ringmail_emit_cli_idle(struct ringmail_log *log,
                                             const struct ringmail_cli_idle *event);

// Info: GUI: User {user} logged out from session {session} because of inactivity timeout
enum ringmail_outcome ringmail_emit_web_idle(struct ringmail_log *log,
                                             const struct ringmail_web_idle *event);

// Info: PID {pid}: User {user} logged out from session because of inactivity timeout.
enum ringmail_outcome ringmail_emit_session_idle(struct ringmail_log *log,
                                                 const struct ringmail_session_idle *event);

// Info: User {user} logged out of SSH session {ip}
enum ringmail_outcome ringmail_emit_ssh_logout(struct ringmail_log *log,
                                               const struct ringmail_ssh_logout *event);

// Info: Configuration part {sequence} of {id}⟦, the last⟧
enum ringmail_outcome ringmail_emit_configuration_part(struct ringmail_log *log,
                                                       const struct ringmail_configuration_part *event);

// Info: Upgrade: Checking for available upgrades
enum ringmail_outcome ringmail_emit_upgrade_checking(struct ringmail_log *log,
                                                     const struct ringmail_upgrade_checking *event);

// Info: Upgrade: Version {version} is available
enum ringmail_outcome ringmail_emit_upgrade_available(struct ringmail_log *log,
                                                      const struct ringmail_upgrade_available *event);

// Info: Upgrade: No upgrades are available
enum ringmail_outcome ringmail_emit_upgrade_none(struct ringmail_log *log,
                                                 const struct ringmail_upgrade_none *event);

// Info: Upgrade: Downloading version {version} from {server}
enum ringmail_outcome ringmail_emit_upgrade_downloading(struct ringmail_log *log,
                                                        const struct ringmail_upgrade_downloading *event);

// Info: Upgrade: Downloaded {bytes} of {total} bytes of version {version}
enum ringmail_outcome ringmail_emit_upgrade_progress(struct ringmail_log *log,
                                                     const struct ringmail_upgrade_progress *event);

// Info: Upgrade: Download of version {version} completed
enum ringmail_outcome ringmail_emit_upgrade_downloaded(struct ringmail_log *log,
                                                       const struct ringmail_upgrade_downloaded *event);

// Warning: Upgrade: Download of version {version} failed: {error}
enum ringmail_outcome ringmail_emit_upgrade_download_failed(struct ringmail_log *log,
                                                            const struct ringmail_upgrade_download_failed *event);

// Info: Upgrade: Installing version {version}
enum ringmail_outcome ringmail_emit_upgrade_installing(struct ringmail_log *log,
                                                       const struct ringmail_upgrade_installing *event);

// Info: Upgrade: Installation of version {version} completed⟦, reboot required⟧
enum ringmail_outcome ringmail_emit_upgrade_installed(struct ringmail_log *log,
                                                      const struct ringmail_upgrade_installed *event);

// Critical: Upgrade: Installation of version {version} failed: {error}
enum ringmail_outcome ringmail_emit_upgrade_install_failed(struct ringmail_log *log,
                                                           const struct ringmail_upgrade_install_failed *event);

// Info: API: Service started, listening on {place}
enum ringmail_outcome ringmail_emit_api_started(struct ringmail_log *log,
                                                const struct ringmail_api_started *event);

// Info: API: Service stopped
enum ringmail_outcome ringmail_emit_api_stopped(struct ringmail_log *log,
                                                const struct ringmail_api_stopped *event);

// Debug: API: Connection from {ip}
enum ringmail_outcome ringmail_emit_api_connection(struct ringmail_log *log,
                                                   const struct ringmail_api_connection *event);

// Debug: API: Connection from {ip} closed
enum ringmail_outcome ringmail_emit_api_connection_closed(struct ringmail_log *log,
                                                          const struct ringmail_api_connection_closed *event);

// Warning: API: Connection from {ip} failed: {error}
enum ringmail_outcome ringmail_emit_api_connection_failed(struct ringmail_log *log,
                                                          const struct ringmail_api_connection_failed *event);

// Info: API: User {user} from {ip} was authenticated successfully.
enum ringmail_outcome ringmail_emit_api_authenticated(struct ringmail_log *log,
                                                      const struct ringmail_api_authenticated *event);

// Warning: API: User {user} from {ip} failed authentication.
enum ringmail_outcome ringmail_emit_api_authentication_failed(struct ringmail_log *log,
                                                              const struct ringmail_api_authentication_failed *event);

// Info: API: User {user} from {ip} request {request} status {status}
enum ringmail_outcome ringmail_emit_api_request(struct ringmail_log *log,
                                                const struct ringmail_api_request *event);

// Warning: API: Error in request {request} from {ip}: {error}
enum ringmail_outcome ringmail_emit_api_request_error(struct ringmail_log *log,
                                                      const struct ringmail_api_request_error *event);

// Warning: API: Error while applying network changes: {error}
enum ringmail_outcome ringmail_emit_api_network_error(struct ringmail_log *log,
                                                      const struct ringmail_api_network_error *event);

// Warning: Device is not registered with CSSM. Skipping upload of CSN data
enum ringmail_outcome ringmail_emit_csn_not_registered(struct ringmail_log *log,
                                                       const struct ringmail_csn_not_registered *event);

// Warning: The appliance failed to upload CSN data. reason for failure: {error}
enum ringmail_outcome ringmail_emit_csn_upload_failed(struct ringmail_log *log,
                                                      const struct ringmail_csn_upload_failed *event);

// Info: The appliance uploaded CSN data successfully
enum ringmail_outcome ringmail_emit_csn_uploaded(struct ringmail_log *log,
                                                 const struct ringmail_csn_uploaded *event);

// Trace: CSN data: {data}
enum ringmail_outcome ringmail_emit_csn_data(struct ringmail_log *log,
                                             const struct ringmail_csn_data *event);

// Info: eaas : You cannot forward the MID [{mid}] Message Headers to Cisco Advanced Phishing Protection Cloud Service as the service has expired
enum ringmail_outcome ringmail_emit_eaas_not_forwarded(struct ringmail_log *log,
                                                       const struct ringmail_eaas_not_forwarded *event);

// Info: eaas : Cisco Advanced Phishing Protection Cloud Service has expired and is disabled. Contact your Cisco Account manager to renew the service and then enable it.
enum ringmail_outcome ringmail_emit_eaas_expired(struct ringmail_log *log,
                                                 const struct ringmail_eaas_expired *event);

// Info: eaas : Cisco Advanced Phishing Protection Cloud Service expires on {date}. You need to contact your Cisco Account manager to renew the service.
enum ringmail_outcome ringmail_emit_eaas_expires(struct ringmail_log *log,
                                                 const struct ringmail_eaas_expires *event);

// Info: Appliance: {host}⟦, Interaction Mode: {mode}⟧, User: {user}⟦, Role: {role}⟧⟦, Source IP: {source}⟧⟦, Destination IP: {destination}⟧⟦, Location: {location}⟧, Event: {what}
enum ringmail_outcome ringmail_emit_audit_event(struct ringmail_log *log,
                                                const struct ringmail_audit_event *event);

// Info: * [{scope}] {change}
enum ringmail_outcome ringmail_emit_audit_change(struct ringmail_log *log,
                                                 const struct ringmail_audit_change *event);

// Debug: {date} Error - Code: {code}, Details: {details}
enum ringmail_outcome ringmail_emit_audit_api_error(struct ringmail_log *log,
                                                    const struct ringmail_audit_api_error *event);

// Warning: CSA: The download of the Repeat Clickers list from the Cisco Security Awareness cloud service failed because {reason}.
enum ringmail_outcome ringmail_emit_csa_download_failed(struct ringmail_log *log,
                                                        const struct ringmail_csa_download_failed *event);

// Warning: CSA: The download of the Repeat Clickers list failed. A request to the CSA cloud service failed because the Report API was not enabled on the CSA cloud service
enum ringmail_outcome ringmail_emit_csa_report_api_disabled(struct ringmail_log *log,
                                                            const struct ringmail_csa_report_api_disabled *event);

// Info: CSA: The downloaded Repeat Clickers list is empty.
enum ringmail_outcome ringmail_emit_csa_list_empty(struct ringmail_log *log,
                                                   const struct ringmail_csa_list_empty *event);

// Info: The Cisco Security Awareness feature expires on {date}. You need to contact your Cisco Account Manager to renew the license.
enum ringmail_outcome ringmail_emit_csa_expires(struct ringmail_log *log,
                                                const struct ringmail_csa_expires *event);

// Critical: The Cisco Security Awareness feature license has expired, and the feature is disabled on your email gateway. Contact your Cisco Account Manager to renew the license.
enum ringmail_outcome ringmail_emit_csa_expired(struct ringmail_log *log,
                                                const struct ringmail_csa_expired *event);

// Info: MID: {mid} No messages in recipient's {recipient} mailbox matched the criteria for which remediation was initiated due to {trigger} retrospection.
enum ringmail_outcome ringmail_emit_remediation_no_match(struct ringmail_log *log,
                                                         const struct ringmail_remediation_no_match *event);

// Info: MID: {mid} Message in recipient's {recipient} mailbox was {action} due to {trigger} retrospection.
enum ringmail_outcome ringmail_emit_remediation_done(struct ringmail_log *log,
                                                     const struct ringmail_remediation_done *event);

// Warning: MID: {mid} Remediation in recipient's {recipient} mailbox failed: {error}
enum ringmail_outcome ringmail_emit_remediation_failed(struct ringmail_log *log,
                                                       const struct ringmail_remediation_failed *event);

// Warning: ECS: Cloud query failed. {error}
enum ringmail_outcome ringmail_emit_ecs_query_failed(struct ringmail_log *log,
                                                     const struct ringmail_ecs_query_failed *event);

// Info: THREAT_FEEDS: Job failed with exception: {error}
enum ringmail_outcome ringmail_emit_feed_job_failed(struct ringmail_log *log,
                                                    const struct ringmail_feed_job_failed *event);

// Info: THREAT_FEEDS: A {poll} poll is scheduled for the source: {source}
enum ringmail_outcome ringmail_emit_feed_scheduled(struct ringmail_log *log,
                                                   const struct ringmail_feed_scheduled *event);

// Info: THREAT_FEEDS: A {poll} poll has started for the source: {source}, domain: {domain}, collection: {collection}
enum ringmail_outcome ringmail_emit_feed_started(struct ringmail_log *log,
                                                 const struct ringmail_feed_started *event);

// Info: THREAT_FEEDS: Observables are being fetched from the source: {source} between {from} and {to}
enum ringmail_outcome ringmail_emit_feed_fetching(struct ringmail_log *log,
                                                  const struct ringmail_feed_fetching *event);

// Info: THREAT_FEEDS: {count} observables were fetched from the source: {source}
enum ringmail_outcome ringmail_emit_feed_fetched(struct ringmail_log *log,
                                                 const struct ringmail_feed_fetched *event);

// Info: THREAT_FEEDS: [TaxiiClient] Failed to poll threat feeds from following source: {host}, cause of failure: {error}
enum ringmail_outcome ringmail_emit_feed_failed(struct ringmail_log *log,
                                                const struct ringmail_feed_failed *event);

// Info: MID {mid} queued for encryption with profile {profile}
enum ringmail_outcome ringmail_emit_encryption_queued(struct ringmail_log *log,
                                                      const struct ringmail_encryption_queued *event);

// Info: MID {mid} encrypted with profile {profile} as MID {child}
enum ringmail_outcome ringmail_emit_encryption_done(struct ringmail_log *log,
                                                    const struct ringmail_encryption_done *event);

// Warning: MID {mid} encryption with profile {profile} failed: {error}
enum ringmail_outcome ringmail_emit_encryption_failed(struct ringmail_log *log,
                                                      const struct ringmail_encryption_failed *event);

// Info: MID {mid} encryption delayed until {until}
enum ringmail_outcome ringmail_emit_encryption_delayed(struct ringmail_log *log,
                                                       const struct ringmail_encryption_delayed *event);

// Info: MID {mid} key received from server {server}
enum ringmail_outcome ringmail_emit_encryption_key(struct ringmail_log *log,
                                                   const struct ringmail_encryption_key *event);

// Info: Key server {server} reachable
enum ringmail_outcome ringmail_emit_encryption_server_up(struct ringmail_log *log,
                                                         const struct ringmail_encryption_server_up *event);

// Warning: Key server {server} unreachable: {error}
enum ringmail_outcome ringmail_emit_encryption_server_down(struct ringmail_log *log,
                                                           const struct ringmail_encryption_server_down *event);

// Info: Profile {profile} provisioned on server {server}
enum ringmail_outcome ringmail_emit_encryption_provisioned(struct ringmail_log *log,
                                                           const struct ringmail_encryption_provisioned *event);

// Info: Archive {archive}: MID {mid} part {sequence} of {id}⟦, the last⟧
enum ringmail_outcome ringmail_emit_archive_part(struct ringmail_log *log,
                                                 const struct ringmail_archive_part *event);

// Info: new msg {mid}
enum ringmail_outcome ringmail_emit_qmail_new(struct ringmail_log *log,
                                              const struct ringmail_qmail_new *event);

// Info: info msg {mid}: bytes {bytes} from <{from}> qp {qp} uid {uid}
enum ringmail_outcome ringmail_emit_qmail_info(struct ringmail_log *log,
                                               const struct ringmail_qmail_info *event);

// Info: starting delivery {delivery}: msg {mid} to {place} {to}
enum ringmail_outcome ringmail_emit_qmail_starting(struct ringmail_log *log,
                                                   const struct ringmail_qmail_starting *event);

// Info: delivery {delivery}: success: {report}
enum ringmail_outcome ringmail_emit_qmail_success(struct ringmail_log *log,
                                                  const struct ringmail_qmail_success *event);

// Info: delivery {delivery}: failure: {report}
enum ringmail_outcome ringmail_emit_qmail_failure(struct ringmail_log *log,
                                                  const struct ringmail_qmail_failure *event);

// Info: delivery {delivery}: deferral: {report}
enum ringmail_outcome ringmail_emit_qmail_deferral(struct ringmail_log *log,
                                                   const struct ringmail_qmail_deferral *event);

// Info: status: local {local}/{local_limit} remote {remote}/{remote_limit}⟦ exitasap⟧
enum ringmail_outcome ringmail_emit_qmail_status(struct ringmail_log *log,
                                                 const struct ringmail_qmail_status *event);

// Info: bounce msg {mid} qp {qp}
enum ringmail_outcome ringmail_emit_qmail_bounce(struct ringmail_log *log,
                                                 const struct ringmail_qmail_bounce *event);

// Info: end msg {mid}
enum ringmail_outcome ringmail_emit_qmail_end(struct ringmail_log *log,
                                              const struct ringmail_qmail_end *event);

// Info: CEF:{format}|{vendor}|{product}|{version}|ESA_CONSOLIDATED_LOG_EVENT|Consolidated Log Event|{severity}|{extension}
enum ringmail_outcome ringmail_emit_consolidated_line(struct ringmail_log *log,
                                                      const struct ringmail_consolidated_line *event);

// Info: MID {mid} field {field} is {value}
enum ringmail_outcome ringmail_emit_message_field(struct ringmail_log *log,
                                                  const struct ringmail_message_field *event);

// Info: MID {mid} headers [{headers}]
enum ringmail_outcome ringmail_emit_message_headers(struct ringmail_log *log,
                                                    const struct ringmail_message_headers *event);

// Warning: Logging: {count} events lost from {from} to {to}, reason {reason}
enum ringmail_outcome ringmail_emit_events_lost(struct ringmail_log *log,
                                                const struct ringmail_events_lost *event);

// Warning: Logging: subscription {subscription} limited to {limit} events in {seconds} seconds, {count} events not written
enum ringmail_outcome ringmail_emit_rate_limited(struct ringmail_log *log,
                                                 const struct ringmail_rate_limited *event);

// Critical: Logging: subscription {subscription} cannot write {path}: {error}
enum ringmail_outcome ringmail_emit_write_failed(struct ringmail_log *log,
                                                 const struct ringmail_write_failed *event);

// Warning: Logging: subscription {subscription} writes again after {seconds} seconds, {count} events lost
enum ringmail_outcome ringmail_emit_write_resumed(struct ringmail_log *log,
                                                  const struct ringmail_write_resumed *event);

// Warning: Logging: the wall clock moved by {millis} ms
enum ringmail_outcome ringmail_emit_clock_stepped(struct ringmail_log *log,
                                                  const struct ringmail_clock_stepped *event);

// Warning: Logging: a worker panicked, its lane {lane} is closed after {count} events
enum ringmail_outcome ringmail_emit_worker_panicked(struct ringmail_log *log,
                                                    const struct ringmail_worker_panicked *event);

// Warning: Logging: {count} events stamped ahead of the clock
enum ringmail_outcome ringmail_emit_stamps_ahead(struct ringmail_log *log,
                                                 const struct ringmail_stamps_ahead *event);

// Warning: Logging: {count} malformed records skipped in lane {lane}
enum ringmail_outcome ringmail_emit_records_malformed(struct ringmail_log *log,
                                                      const struct ringmail_records_malformed *event);

// Warning: Logging: {count} fields cut to 8192 bytes in lane {lane}
enum ringmail_outcome ringmail_emit_fields_cut(struct ringmail_log *log,
                                               const struct ringmail_fields_cut *event);

// Critical: Log Error: Subscription {subscription}: Network error while sending log data to syslog server
enum ringmail_outcome ringmail_emit_push_failed(struct ringmail_log *log,
                                                const struct ringmail_push_failed *event);

// Warning: Logging: subscription {subscription} gave up {count} messages, reason {reason}
enum ringmail_outcome ringmail_emit_messages_given_up(struct ringmail_log *log,
                                                      const struct ringmail_messages_given_up *event);

// Warning: Logging: subscription {subscription} has recorded its sessions and takes no more
enum ringmail_outcome ringmail_emit_recording_ended(struct ringmail_log *log,
                                                    const struct ringmail_recording_ended *event);

// Warning: Logging: {input} failed: {error}
enum ringmail_outcome ringmail_emit_input_failed(struct ringmail_log *log,
                                                 const struct ringmail_input_failed *event);

// Warning: Logging: input {input} refused line {line}: {error}
enum ringmail_outcome ringmail_emit_lines_refused(struct ringmail_log *log,
                                                  const struct ringmail_lines_refused *event);

// Warning: Logging: took up {lanes} lanes that an interrupted run left, with {count} events
enum ringmail_outcome ringmail_emit_lanes_taken_up(struct ringmail_log *log,
                                                   const struct ringmail_lanes_taken_up *event);

// Warning: Logging: subscription {subscription} to {destination}: {finding}⟦ ({repeats} times)⟧
enum ringmail_outcome ringmail_emit_push_explained(struct ringmail_log *log,
                                                   const struct ringmail_push_explained *event);

// Warning: Logging: subscription {subscription} sends to {destination} again after {seconds} seconds, {resent} resent, {buffered} buffered, {lost} lost, {unknown} unknown
enum ringmail_outcome ringmail_emit_push_resumed(struct ringmail_log *log,
                                                 const struct ringmail_push_resumed *event);

// Warning: Logging: subscription {subscription}: {finding}
enum ringmail_outcome ringmail_emit_push_warned(struct ringmail_log *log,
                                                const struct ringmail_push_warned *event);

// Info: Begin Logfile
enum ringmail_outcome ringmail_emit_log_begin(struct ringmail_log *log,
                                              const struct ringmail_log_begin *event);

// Info: Version: {version} SN: {serial}
enum ringmail_outcome ringmail_emit_log_version(struct ringmail_log *log,
                                                const struct ringmail_log_version *event);

// Info: Time offset from UTC: {seconds} seconds
enum ringmail_outcome ringmail_emit_time_offset(struct ringmail_log *log,
                                                const struct ringmail_time_offset *event);

// Info: End Logfile
enum ringmail_outcome ringmail_emit_log_end(struct ringmail_log *log,
                                            const struct ringmail_log_end *event);

// Info: System is coming up.
enum ringmail_outcome ringmail_emit_coming_up(struct ringmail_log *log,
                                              const struct ringmail_coming_up *event);

// Info: Logging: line without an event: {text}
enum ringmail_outcome ringmail_emit_text_line(struct ringmail_log *log,
                                              const struct ringmail_text_line *event);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* RINGMAIL_H */
