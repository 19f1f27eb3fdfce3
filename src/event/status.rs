//! The status line: the mail system's counters, gauges and rates at one moment.

use ringmail_rows::rows;

rows! {
    family: Status, 510..=519;

    /// The counters and gauges of the mail system. Counters count since they were last reset.
    Status = 510, Info: "Status:"
        " CPULd "
        /// CPU load in percent.
        cpu_load: U64
        " DskIO "
        /// Disk load in percent.
        disk_io: U64
        " RAMUtil "
        /// Use of memory in percent.
        ram_utilization: U64
        " QKUsd "
        /// Kilobytes of the queue in use.
        queue_kb_used: U64
        " QKFre "
        /// Kilobytes of the queue that are free.
        queue_kb_free: U64
        " CrtMID "
        /// The message number given last.
        current_mid: U64
        " CrtICID "
        /// The injection connection number given last.
        current_icid: U64
        " CrtDCID "
        /// The delivery connection number given last.
        current_dcid: U64
        " InjMsg "
        /// Messages injected.
        injected_messages: U64
        " InjRcp "
        /// Recipients injected.
        injected_recipients: U64
        " GenBncRcp "
        /// Recipients of bounces that the system made.
        generated_bounce_recipients: U64
        " RejRcp "
        /// Recipients rejected.
        rejected_recipients: U64
        " DrpMsg "
        /// Messages dropped.
        dropped_messages: U64
        " SftBncEvnt "
        /// Soft bounces; a recipient can have several.
        soft_bounce_events: U64
        " CmpRcp "
        /// Recipients completed: bounced, delivered or deleted.
        completed_recipients: U64
        " HrdBncRcp "
        /// Recipients that hard bounced.
        hard_bounced_recipients: U64
        " DnsHrdBnc "
        /// Hard bounces because of DNS.
        dns_hard_bounces: U64
        " 5XXHrdBnc "
        /// Hard bounces because of a reply from 500.
        hard_bounces_5xx: U64
        " FltrHrdBnc "
        /// Hard bounces by a filter.
        filter_hard_bounces: U64
        " ExpHrdBnc "
        /// Hard bounces because the queue time was over.
        expired_hard_bounces: U64
        " OtrHrdBnc "
        /// Hard bounces for other reasons.
        other_hard_bounces: U64
        " DlvRcp "
        /// Recipients delivered.
        delivered_recipients: U64
        " DelRcp "
        /// Recipients deleted from the queue.
        deleted_recipients: U64
        " GlbUnsbHt "
        /// Hits of the global unsubscribe list.
        global_unsubscribe_hits: U64
        " ActvRcp "
        /// Recipients in the queue.
        active_recipients: U64
        " UnatmptRcp "
        /// Recipients in the queue that were not tried yet.
        unattempted_recipients: U64
        " AtmptRcp "
        /// Recipients in the queue that were tried.
        attempted_recipients: U64
        " CrtCncIn "
        /// Injection connections open.
        connections_in: U64
        " CrtCncOut "
        /// Delivery connections open.
        connections_out: U64
        " DnsReq "
        /// DNS requests.
        dns_requests: U64
        " NetReq "
        /// Network requests.
        network_requests: U64
        " CchHit "
        /// Hits of the DNS cache.
        cache_hits: U64
        " CchMis "
        /// Misses of the DNS cache.
        cache_misses: U64
        " CchEct "
        /// Entries pushed out of the DNS cache.
        cache_evictions: U64
        " CchExp "
        /// Entries of the DNS cache that became too old.
        cache_expirations: U64
        " CPUTTm "
        /// CPU time of the mail process in seconds.
        cpu_seconds: U64
        " CPUETm "
        /// Seconds since the mail process started.
        elapsed_seconds: U64
        " MaxIO "
        /// The most disk operations in a second.
        max_io: U64
        " RAMUsd "
        /// Memory in use, in bytes.
        ram_bytes_used: U64
        " MMLen "
        /// Messages in the system.
        messages_in_system: U64
        " DstInMem "
        /// Destinations in memory.
        destinations_in_memory: U64
        " ResCon "
        /// Resource conservation: by how many seconds the acceptance of mail is delayed.
        resource_conservation: U64
        " WorkQ "
        /// Messages in the work queue.
        work_queue: U64
        " QuarMsgs "
        /// Messages in policy, virus and outbreak quarantines, each counted once.
        quarantined_messages: U64
        " QuarQKUsd "
        /// Kilobytes that these messages use.
        quarantine_kb_used: U64
        " LogUsd "
        /// Percentage of the log partition in use.
        log_percent_used: U64
        " SophLd "
        /// CPU load of the Sophos engine in percent.
        sophos_load: U64
        " BMLd "
        /// CPU load of the Brightmail engine in percent.
        brightmail_load: U64
        " CASELd "
        /// CPU load of the CASE engine in percent.
        case_load: U64
        " TotalLd "
        /// CPU load of everything in percent.
        total_load: U64
        " LogAvail "
        /// Disk space free for logs, with its unit: `116G`.
        log_available: Text
        " EuQ "
        /// Messages in the spam quarantine, estimated.
        spam_quarantine_messages: U64
        " EuqRls "
        /// Messages on their way out of the spam quarantine, estimated.
        spam_quarantine_releases: U64
        " CmrkLd "
        /// CPU load of the Cloudmark engine in percent.
        cloudmark_load: U64
        " McafLd "
        /// CPU load of the McAfee engine in percent.
        mcafee_load: U64
        " SwIn "
        /// Memory swapped in.
        swap_in: U64
        " SwOut "
        /// Memory swapped out.
        swap_out: U64
        " SwPgIn "
        /// Memory paged in.
        swap_page_in: U64
        " SwPgOut "
        /// Memory paged out.
        swap_page_out: U64
        " SwapUsage "
        /// Swap space in use in percent.
        swap_usage: U64 "%"
        " RptLd "
        /// CPU load of reporting in percent.
        reporting_load: U64
        " QtnLd "
        /// CPU load of the quarantines in percent.
        quarantine_load: U64
        " EncrQ "
        /// Messages in the encryption queue.
        encryption_queue: U64
        " InjBytes "
        /// Bytes of the messages injected.
        injected_bytes: U64;
}
